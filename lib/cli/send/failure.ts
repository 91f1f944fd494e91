/**
 * Why there is no connection, in words that say what to do.
 *
 * @module
 */
import { missingPermission } from "../exit.ts";
import type { Problem } from "../problem.ts";
import type { Target } from "./target.ts";

/** The bytes of a stream are not framed as they should be. */
export class NotFramed extends Error {}

/** What is wrong, and what to do about it. */
type Found = Omit<Problem, "where">;

const UP = "is the server up? `n2o serve` prints where it listens";
const CERTIFICATE = "name a file of certificates to trust, PEM: DENO_CERT=FILE n2o send …";

/** Why a target could not be reached. Throws the error itself where a permission is missing. */
export async function explain(error: unknown, where: string, target: Target): Promise<Problem> {
  if (missingPermission(error) !== undefined) throw error;
  let message = messageOf(error);
  // the platform does not say why a WebSocket's or a request's connection was not made: a plain one tells
  if (/tcp connect error|client error \(Connect\)/.test(message) && "port" in target && !isDns(message)) {
    message = await probe(target.hostname, target.port) ?? message;
  }
  return { where, ...find(error, message, target) };
}

function find(error: unknown, message: string, target: Target): Found {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return {
      what: target.kind === "post" ? "no answer in time" : "no connection in time",
      fix: "--timeout TIME waits longer",
    };
  }
  if (error instanceof NotFramed) {
    return {
      what: `what comes is not framed so: ${message}`,
      fix: "--framing gives another: packet4, packet2 or line",
    };
  }
  if (/reset by peer|broken pipe/i.test(message)) {
    return { what: "the connection broke", fix: "the server's log may tell why" };
  }
  if (isDns(message)) return { what: "there is no host of that name", fix: "check the name" };
  const status = /Invalid status code: (\d+)/.exec(message)?.[1];
  if (status !== undefined) {
    return {
      what: `the server answers with HTTP ${status} in place of a WebSocket`,
      fix: fixOf(Number(status)),
    };
  }
  if (/refused/i.test(message)) return { what: "nobody listens there", fix: UP };
  if (target.kind === "unix" && error instanceof Deno.errors.NotFound) {
    return { what: "there is no such socket", fix: UP };
  }
  if (/UnknownIssuer|CaUsedAsEndEntity|invalid peer certificate|certificate/i.test(message)) {
    const what = `its certificate is not trusted: ${message.replace(/^.*certificate:? ?/, "")}`;
    return { what, fix: CERTIFICATE };
  }
  if (/corrupt message|InvalidContentType/.test(message)) {
    return { what: "there is no TLS", fix: "write ws:, http: or tcp: in place of wss:, https: or tls:" };
  }
  if (/connection closed before message completed|closed at once|invalid HTTP/i.test(message)) {
    return {
      what: "it ends the connection before it has answered",
      fix: "is it a WebSocket server? One with TLS has wss: in its URL",
    };
  }
  return { what: `no connection: ${message}`, fix: UP };
}

function fixOf(status: number): string {
  switch (status) {
    case 403:
      return "it refuses this origin: --origin gives another";
    case 401:
      return "it wants to know who asks: --token, or --header 'Authorization: …'";
    case 429:
    case 503:
      return "it has no room now: try again later";
  }
  return status >= 300 && status < 400
    ? "it sends clients elsewhere: use that URL"
    : "is the path right? N2O's own is /ws/, so: ws://HOST:PORT/ws/";
}

function isDns(message: string): boolean {
  return /dns error|lookup address|ENOTFOUND|Name or service not known/.test(message);
}

async function probe(hostname: string, port: number): Promise<string | undefined> {
  try {
    (await Deno.connect({ hostname, port })).close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** The messages of an error and of what caused it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}
