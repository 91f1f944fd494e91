/**
 * Frames over POST requests, for networks that let no WebSocket through.
 *
 * @module
 */
import type { Frame, Transport, TransportEvents } from "./transport.ts";

/** What the client uses of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a transport over POST needs to know. */
export interface PostOptions {
  fetch: Fetch;
  /** Where requests go. */
  postUrl: string;
  /** How long a request may take, in milliseconds. */
  silenceMs: number;
  /** The token, sent as `Authorization: Bearer` because not every client has cookies. */
  token(): string;
  /** Takes the new token that an answer's head brings, where a WebSocket would push it. */
  keep(token: string): void;
}

/** One request a frame, one after another; an answer's payload is a frame. */
export interface PostTransport extends Transport {
  /** Calls back as soon as no request is under way; no frame is taken any more. */
  finish(callback: () => void): void;
}

/** Makes a transport over POST. */
export function postTransport(options: PostOptions, owner: TransportEvents): PostTransport {
  const { fetch, postUrl, token, keep, silenceMs } = options;
  let events: TransportEvents | undefined = owner;
  const queue: Frame[] = [];
  let isRunning = false;
  let finished: (() => void) | undefined;
  queueMicrotask(() => events?.open());

  async function run(): Promise<void> {
    isRunning = true;
    try {
      for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) {
        const { code, reason, answer } = await post(frame);
        if (code !== 0) return end(code, reason);
        events?.frame(answer);
        if (!events) return;
      }
    } catch (error) {
      return end(1006, String(error));
    } finally {
      isRunning = false;
    }
    if (finished) finished();
    else events?.drain();
  }

  async function post(frame: Frame): Promise<{ code: number; reason: string; answer: Frame }> {
    const response = await fetch(postUrl, {
      method: "POST",
      body: frame as BodyInit,
      headers: token() ? { authorization: `Bearer ${token()}` } : {},
      signal: AbortSignal.timeout(silenceMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      // The statuses that blame what was sent have their close codes.
      return {
        code: response.status === 413 ? 1009 : response.status === 400 ? 1007 : 1006,
        reason: `HTTP ${response.status}`,
        answer: "",
      };
    }
    const given = response.headers.get("x-auth-token");
    if (given !== null) keep(given);
    const isText = response.headers.get("content-type")?.startsWith("text/plain");
    return {
      code: 0,
      reason: "",
      answer: isText ? await response.text() : new Uint8Array(await response.arrayBuffer()),
    };
  }

  function end(code: number, reason: string): void {
    const told = events;
    events = undefined;
    queue.length = 0;
    // Whoever waits for the end has a better connection already.
    if (finished) finished();
    else told?.close(code, reason);
  }

  return {
    get ready() {
      return !isRunning && !!events && !finished;
    },
    // Its owner writes only while it is ready.
    buffered: 0,
    write(frame) {
      if (!events || finished) return;
      queue.push(frame);
      if (!isRunning) run();
    },
    finish(callback) {
      finished = callback;
      if (!isRunning) callback();
    },
    // The answer of a request under way is dropped.
    close: () => events = undefined,
  };
}
