/**
 * The chat's pages, embedded in the program.
 *
 * @module
 */
import root from "./static/index.html" with { type: "text" };
import bannerScript from "./static/app/banner.js" with { type: "text" };
import baseStyle from "./static/app/base.css" with { type: "text" };
import chatStyle from "./static/app/chat.css" with { type: "text" };
import chatScript from "./static/app/chat.js" with { type: "text" };
import clientScript from "./static/app/client.js" with { type: "text" };
import clockScript from "./static/app/clock.js" with { type: "text" };
import composerScript from "./static/app/composer.js" with { type: "text" };
import domScript from "./static/app/dom.js" with { type: "text" };
import historyStyle from "./static/app/history.css" with { type: "text" };
import historyScript from "./static/app/history.js" with { type: "text" };
import iconImage from "./static/app/icon.svg" with { type: "text" };
import indexPage from "./static/app/index.htm" with { type: "text" };
import keptScript from "./static/app/kept.js" with { type: "text" };
import linksScript from "./static/app/links.js" with { type: "text" };
import loginStyle from "./static/app/login.css" with { type: "text" };
import loginPage from "./static/app/login.htm" with { type: "text" };
import loginScript from "./static/app/login.js" with { type: "text" };
import messageScript from "./static/app/message.js" with { type: "text" };
import namesScript from "./static/app/names.js" with { type: "text" };
import outgoingScript from "./static/app/outgoing.js" with { type: "text" };
import peopleScript from "./static/app/people.js" with { type: "text" };
import scrollScript from "./static/app/scroll.js" with { type: "text" };
import sessionScript from "./static/app/session.js" with { type: "text" };
import sideStyle from "./static/app/side.css" with { type: "text" };
import sideScript from "./static/app/side.js" with { type: "text" };
import unreadScript from "./static/app/unread.js" with { type: "text" };

/** A file of the chat: its text, and its media type. */
export interface Asset {
  /** The content. */
  readonly text: string;
  /** The media type, such as `text/css; charset=utf-8`. */
  readonly type: string;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const JS = "text/javascript; charset=utf-8";
const SVG = "image/svg+xml";

/** The files of the chat by the path that they are served at, such as `/app/login.htm`. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/index.html", { text: root, type: HTML }],
  ["/app/banner.js", { text: bannerScript, type: JS }],
  ["/app/base.css", { text: baseStyle, type: CSS }],
  ["/app/chat.css", { text: chatStyle, type: CSS }],
  ["/app/chat.js", { text: chatScript, type: JS }],
  ["/app/client.js", { text: clientScript, type: JS }],
  ["/app/clock.js", { text: clockScript, type: JS }],
  ["/app/composer.js", { text: composerScript, type: JS }],
  ["/app/dom.js", { text: domScript, type: JS }],
  ["/app/history.css", { text: historyStyle, type: CSS }],
  ["/app/history.js", { text: historyScript, type: JS }],
  ["/app/icon.svg", { text: iconImage, type: SVG }],
  ["/app/index.htm", { text: indexPage, type: HTML }],
  ["/app/kept.js", { text: keptScript, type: JS }],
  ["/app/links.js", { text: linksScript, type: JS }],
  ["/app/login.css", { text: loginStyle, type: CSS }],
  ["/app/login.htm", { text: loginPage, type: HTML }],
  ["/app/login.js", { text: loginScript, type: JS }],
  ["/app/message.js", { text: messageScript, type: JS }],
  ["/app/names.js", { text: namesScript, type: JS }],
  ["/app/outgoing.js", { text: outgoingScript, type: JS }],
  ["/app/people.js", { text: peopleScript, type: JS }],
  ["/app/scroll.js", { text: scrollScript, type: JS }],
  ["/app/session.js", { text: sessionScript, type: JS }],
  ["/app/side.css", { text: sideStyle, type: CSS }],
  ["/app/side.js", { text: sideScript, type: JS }],
  ["/app/unread.js", { text: unreadScript, type: JS }],
]);
