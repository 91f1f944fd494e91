/**
 * The chat's documents, styles and icons, embedded in the program.
 *
 * @module
 */
import baseStyle from "./static/app/base.css" with { type: "text" };
import chatStyle from "./static/app/chat.css" with { type: "text" };
import historyStyle from "./static/app/history.css" with { type: "text" };
import iconImage from "./static/app/icon.svg" with { type: "text" };
import clipIcon from "./static/app/icons/clip.svg" with { type: "text" };
import closeIcon from "./static/app/icons/close.svg" with { type: "text" };
import downIcon from "./static/app/icons/down.svg" with { type: "text" };
import fileIcon from "./static/app/icons/file.svg" with { type: "text" };
import logoutIcon from "./static/app/icons/logout.svg" with { type: "text" };
import peopleIcon from "./static/app/icons/people.svg" with { type: "text" };
import plusIcon from "./static/app/icons/plus.svg" with { type: "text" };
import sendIcon from "./static/app/icons/send.svg" with { type: "text" };
import sentIcon from "./static/app/icons/sent.svg" with { type: "text" };
import indexPage from "./static/app/index.htm" with { type: "text" };
import loginStyle from "./static/app/login.css" with { type: "text" };
import loginPage from "./static/app/login.htm" with { type: "text" };
import sideStyle from "./static/app/side.css" with { type: "text" };
import root from "./static/index.html" with { type: "text" };

/** A file of the chat: its text, and its media type. */
export interface Asset {
  /** The content. */
  readonly text: string;
  /** The media type, such as `text/css; charset=utf-8`. */
  readonly type: string;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SVG = "image/svg+xml";

/** The files of the chat by the path that they are served at, such as `/app/login.htm`. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/app/base.css", { text: baseStyle, type: CSS }],
  ["/app/chat.css", { text: chatStyle, type: CSS }],
  ["/app/history.css", { text: historyStyle, type: CSS }],
  ["/app/icon.svg", { text: iconImage, type: SVG }],
  ["/app/icons/clip.svg", { text: clipIcon, type: SVG }],
  ["/app/icons/close.svg", { text: closeIcon, type: SVG }],
  ["/app/icons/down.svg", { text: downIcon, type: SVG }],
  ["/app/icons/file.svg", { text: fileIcon, type: SVG }],
  ["/app/icons/logout.svg", { text: logoutIcon, type: SVG }],
  ["/app/icons/people.svg", { text: peopleIcon, type: SVG }],
  ["/app/icons/plus.svg", { text: plusIcon, type: SVG }],
  ["/app/icons/send.svg", { text: sendIcon, type: SVG }],
  ["/app/icons/sent.svg", { text: sentIcon, type: SVG }],
  ["/app/index.htm", { text: indexPage, type: HTML }],
  ["/app/login.css", { text: loginStyle, type: CSS }],
  ["/app/login.htm", { text: loginPage, type: HTML }],
  ["/app/side.css", { text: sideStyle, type: CSS }],
  ["/index.html", { text: root, type: HTML }],
]);
