/**
 * The fallback by POST: one frame in the request's body, its reply in the answer's.
 *
 * @module
 */
import { Connection, type ConnectionHost, type ConnectionOptions } from "../connection.ts";
import { type Frame, payloadOf } from "../frame.ts";
import type { Formatters } from "../formats/mod.ts";
import type { Limits } from "../limits.ts";
import { failure } from "../loop.ts";
import { isTuple, text } from "../term.ts";
import type { Transport } from "../transport.ts";
import { problem } from "./answer.ts";

/** The statuses for close codes that refuse a frame; after any other code the answer goes out all the same. */
const REFUSALS: Record<number, number> = { 1007: 400, 1008: 429, 1009: 413, 1013: 503 };

/** The close code of a server that goes away. */
const GOING_AWAY = 1001;

/** Collects what a connection sends during one request. */
class PostTransport implements Transport {
  readonly buffered = 0;
  readonly frames: (string | Uint8Array)[] = [];
  closed: { code: number; reason: string } | undefined;

  write(frames: readonly Frame[], count: number): void {
    for (let i = 0; i < count; i++) this.frames.push(payloadOf(frames[i]));
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
}

/**
 * Answers a request whose body is one frame. The context lives for this request; the last frame sent is the answer.
 *
 * It ends early when the client goes, which aborts the request's signal, and after `postTimeoutMs`: what the protocols are still about
 * goes on, but keeps no place.
 */
export async function answerPost(
  body: Uint8Array,
  host: ConnectionHost,
  options: ConnectionOptions,
  request: Pick<Request, "signal">,
): Promise<Response> {
  const { formatters, limits } = host.application;
  const transport = new PostTransport();
  const connection = new Connection(host, transport, options);
  connection.receive(isText(body, formatters) ? new TextDecoder().decode(body) : body);
  const cut = await rest(connection, limits, request);
  if (cut !== undefined) return cut;
  connection.end(1000, "answered");
  const { closed, frames } = transport;
  // The application has closed before there was an answer.
  if (closed?.code === GOING_AWAY && frames.length === 0) return problem(503, "going_away");
  const status = closed === undefined ? undefined : REFUSALS[closed.code];
  if (status !== undefined) return problem(status, closed!.reason.toLowerCase().replaceAll(/\W+/g, "_"));
  const answer = frames.at(-1);
  if (answer === failure.term) return problem(500, "protocol_failed");
  const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  const token = tokenOf(frames, host);
  if (token !== undefined) headers.set("x-auth-token", token);
  if (answer === undefined || (typeof answer !== "string" && answer.length === 0)) {
    return new Response(null, { status: 204, headers });
  }
  headers.set(
    "content-type",
    typeof answer === "string" ? "text/plain; charset=utf-8" : "application/octet-stream",
  );
  return new Response(answer as string | Uint8Array<ArrayBuffer>, { headers });
}

/** Waits until the frame is answered and what it changed is stored; gives the answer if that ended early. */
async function rest(
  connection: Connection,
  { postTimeoutMs }: Limits,
  request: Pick<Request, "signal">,
): Promise<Response | undefined> {
  let rests = false;
  const idle = connection.idle().then(() => {
    rests = true;
  });
  await Promise.resolve();
  if (rests) return undefined;
  let cut: Response | undefined;
  const end = (code: number, reason: string, answer: Response) => {
    cut ??= answer;
    connection.end(code, reason);
  };
  const timer = setTimeout(() => end(1013, "too slow", problem(504, "too_slow")), postTimeoutMs);
  const gone = () => end(1006, "gone", problem(499, "gone"));
  // Only where there is something to wait for: the runtime warns whoever looks at the signal of a request that goes well.
  const { signal } = request;
  signal.addEventListener("abort", gone);
  if (signal.aborted) gone();
  await idle;
  clearTimeout(timer);
  signal.removeEventListener("abort", gone);
  return cut;
}

/** A payload is a text frame when N2O says so by its first bytes; with BERT, also when it is none. */
function isText(body: Uint8Array, formatters: Formatters): boolean {
  if (body.length === 0) return true;
  const isBert = formatters.get("default").name === "bert";
  const head = String.fromCharCode(...body.subarray(0, 5));
  return head.startsWith("N2O,") || head === "PING" || (isBert && body[0] !== 131);
}

/** The session's new token among the pushed frames: what a WebSocket client gets as a frame of its own. */
function tokenOf(frames: readonly (string | Uint8Array)[], host: ConnectionHost): string | undefined {
  for (const frame of frames.slice(0, -1)) {
    if (typeof frame === "string") continue;
    try {
      const term = host.application.formatters.get("default").decode(frame);
      if (isTuple(term, "io", 3) && isTuple(term[2], "Token", 2)) return text(term[2][1]);
    } catch {
      // A frame of another formatter.
    }
  }
  return undefined;
}
