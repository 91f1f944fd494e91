/**
 * The connection to the dev server, made again whenever it is lost.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Message } from "./messages.ts";

const FIRST_MS = 250;
const MOST_MS = 3000;
const PING_MS = 20_000;

/** Connects, and goes on doing so while the page is there. */
export function connect(url: URL, hear: (message: Message) => void): void {
  let socket: WebSocket | undefined;
  let wait = FIRST_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pings: ReturnType<typeof setInterval> | undefined;

  const open = () => {
    clearTimeout(timer);
    const mine = socket = new WebSocket(url);
    mine.onmessage = ({ data }) => {
      wait = FIRST_MS;
      if (mine !== socket || typeof data !== "string" || !data.startsWith("{")) return;
      hear(JSON.parse(data));
    };
    mine.onopen = () => {
      pings = setInterval(() => mine.send("PING"), PING_MS);
    };
    mine.onclose = () => {
      if (mine !== socket) return;
      clearInterval(pings);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, MOST_MS);
    };
  };
  // A page that may come back is kept by the browser only without open connections.
  addEventListener("pagehide", () => {
    const old = socket;
    socket = undefined;
    clearTimeout(timer);
    clearInterval(pings);
    old?.close();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) open();
  });
  addEventListener("online", () => {
    if (socket?.readyState === WebSocket.CLOSED) open();
  });
  open();
}
