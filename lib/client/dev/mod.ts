/**
 * What `/n2o/dev.js` does, which `n2o dev` puts into each document: it shows what is wrong with the application, takes changed style sheets
 * without a reload, and reloads the page where nothing less will do.
 *
 * @module
 */
/// <reference lib="dom" />
import { isDocumentChanged, isDocumentThere, noteDocument } from "./document.ts";
import { connect } from "./link.ts";
import type { Message } from "./messages.ts";
import { Panel } from "./panel.ts";
import { renewSheets } from "./sheets.ts";
import { keepTyped, restoreTyped } from "./typed.ts";

const STAYED_MS = 5000;
const CAUGHT_UP = "n2o.dev.caughtUp";
const script = document.currentScript as HTMLScriptElement;
/** The server's run, its revision and its generation when this document was made. */
const [run, ...numbers] = (script.dataset.n2oDev ?? "").split(".");
let [revision, generation] = numbers.map(Number);
let isFirst = true;
let isLeaving = false;
/** Only the page itself shows problems and is reloaded; it takes along what is in its frames. */
const isPage = window === top || !hasDevTop();
/** Whether this page stands in for one that is not there. */
const isWaiting = document.documentElement.dataset.n2oDev === "waiting";
const panel = isPage ? new Panel() : undefined;

function hasDevTop(): boolean {
  try {
    return top?.document.querySelector("script[data-n2o-dev]") != null;
  } catch {
    return false;
  }
}

/** Loads the page anew; once only to catch up with a state of the server, in case something between keeps the document as it was. */
function reload(state = ""): void {
  if (isLeaving || !isPage) return;
  if (state !== "") {
    try {
      if (sessionStorage.getItem(CAUGHT_UP) === state) return;
      sessionStorage.setItem(CAUGHT_UP, state);
    } catch {
      return;
    }
  }
  isLeaving = true;
  // Whoever is asked may stay.
  setTimeout(() => isLeaving = false, STAYED_MS);
  keepTyped();
  location.reload();
}

async function hear(message: Message): Promise<void> {
  if (message.kind === "reload") return reload();
  if (message.kind === "styles") {
    revision = message.revision;
    return await renewSheets(message.paths);
  }
  const { kind, problems } = message;
  if (kind === "state") {
    const isMissed = message.run !== run || message.revision !== revision ||
      (isFirst && message.generation !== generation);
    if (isMissed) reload(`${message.run}.${message.revision}.${message.generation}`);
    if (isFirst && isPage) noteDocument();
  }
  generation = message.generation;
  const isNew = isFirst;
  isFirst = false;
  if (isLeaving) return;
  panel?.show(problems, generation > 0);
  if (problems.length > 0 || !isPage) return;
  if (isWaiting ? await isDocumentThere() : !isNew && await isDocumentChanged()) reload();
}

if (isPage) restoreTyped();
const url = new URL("../ws/n2o/dev", script.src);
url.protocol = url.protocol.replace("http", "ws");
connect(url, hear);
