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
  url: string;
  /** How long a request may take, in milliseconds. */
  timeoutMs: number;
  /** The token, sent as `Authorization: Bearer` because not every client has cookies. */
  token(): string;
  /** Takes the new token that an answer's head brings, where a WebSocket would push it. */
  keep(token: string): void;
}

/** One request a frame, one after another; an answer's payload is a frame. */
export class PostTransport implements Transport {
  readonly #options: PostOptions;
  #events: TransportEvents | undefined;
  #queue: Frame[] = [];
  #running = false;
  #finished: (() => void) | undefined;

  constructor(options: PostOptions, events: TransportEvents) {
    this.#options = options;
    this.#events = events;
    queueMicrotask(() => this.#events?.open());
  }

  /** Whether no request is under way. */
  get ready(): boolean {
    return !this.#running && this.#events !== undefined && this.#finished === undefined;
  }

  /** Always 0: its owner writes only while it is ready. */
  get buffered(): number {
    return 0;
  }

  /** Sends a frame after those before it. */
  write(frame: Frame): void {
    if (this.#events === undefined || this.#finished !== undefined) return;
    this.#queue.push(frame);
    if (!this.#running) this.#run();
  }

  /** Calls back as soon as no request is under way; no frame is taken any more. */
  finish(callback: () => void): void {
    this.#finished = callback;
    if (!this.#running) callback();
  }

  /** Ends it; the answer of a request under way is dropped. */
  close(_code: number, _reason: string): void {
    this.#events = undefined;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
        const { code, reason, answer } = await this.#post(frame);
        if (code !== 0) return this.#end(code, reason);
        this.#events?.frame(answer);
        if (this.#events === undefined) return;
      }
    } catch (error) {
      return this.#end(1006, String(error));
    } finally {
      this.#running = false;
    }
    if (this.#finished !== undefined) this.#finished();
    else this.#events?.drain();
  }

  async #post(frame: Frame): Promise<{ code: number; reason: string; answer: Frame }> {
    const { fetch, url, token, keep, timeoutMs } = this.#options;
    const response = await fetch(url, {
      method: "POST",
      body: frame as BodyInit,
      headers: token() ? { authorization: `Bearer ${token()}` } : {},
      signal: AbortSignal.timeout(timeoutMs),
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

  #end(code: number, reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    this.#queue.length = 0;
    // Whoever waits for the end has a better connection already.
    if (this.#finished !== undefined) this.#finished();
    else events?.close(code, reason);
  }
}
