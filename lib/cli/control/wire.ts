/**
 * What commands and a server say to each other over the control socket: one JSON object a line, one question a connection.
 *
 * The question is `{"command":"reload"}`, the answer `{"version":"0.1.0","answer":{…}}` or
 * `{"version":"0.1.0","error":{"code","what","fix"}}`.
 *
 * @module
 */
import type { Problem } from "../problem.ts";
import type { CertificateFacts } from "../tls.ts";

/** What can be asked for. */
export const commands = ["reload", "rollback", "status"] as const;

/** One of {@linkcode commands}. */
export type ControlCommand = typeof commands[number];

/** A certificate that is shown to those who connect. */
export interface ShownCertificate {
  /** The names that it is for. */
  readonly names: string;
  /** Its file. */
  readonly file: string;
  /** Until when it is valid, as ISO 8601 has it. */
  readonly until: string;
}

/** A certificate as it is told of. */
export function shownCertificate(facts: CertificateFacts | undefined): ShownCertificate | undefined {
  return facts && { names: facts.names, file: facts.file, until: new Date(facts.toMs).toISOString() };
}

/** What came of a reload or a rollback. */
export interface ReloadAnswer {
  /** The generation in force now. */
  readonly generation: number;
  /** Whether anything else is served than before, where that is not seen from the files. */
  readonly replaced?: boolean;
  /** The files that differ from those of the generation before, relative to the application's folder. */
  readonly changed: readonly string[];
  /** The names of the chain's protocols. */
  readonly protocols: readonly string[];
  /** Why nothing was replaced; none where all went well. */
  readonly problems: readonly Problem[];
  /** Settings that are others now and count from the next start. */
  readonly later?: readonly string[];
  /** The certificate that was put in force, where it is another one. */
  readonly certificate?: ShownCertificate | undefined;
}

/** How a server is. */
export interface Status {
  /** The application's name. */
  readonly name: string;
  /** The version of N2O. */
  readonly version: string;
  /** The process. */
  readonly pid: number;
  /** The generation in force. */
  readonly generation: number;
  /** Since when it serves, as ISO 8601 has it. */
  readonly started: string;
  /** How long it has served, in milliseconds. */
  readonly uptimeMs: number;
  /** Where clients find it. */
  readonly urls: readonly string[];
  /** The certificate, where there is TLS. */
  readonly certificate?: ShownCertificate | undefined;
  /** The chain, in its order; `file` where a protocol comes from one. */
  readonly chain: readonly { readonly name: string; readonly file?: string }[];
  /** What the application counts. */
  readonly counters: Readonly<Record<string, number>>;
  /** What it takes of memory, in bytes. */
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly heapTotal: number };
  /** What kept the last reload from being served. */
  readonly problems: readonly Problem[];
}

/** Why a server did not do what it was asked for. */
export interface Refusal {
  /** What kind of refusal: `unknown_command`, `busy`, `nothing_before`, `failed`, `bad_request`. */
  readonly code: string;
  /** What is wrong. */
  readonly what: string;
  /** What to do. */
  readonly fix: string;
}

/** A line of a server. */
export type Answer =
  & { readonly version: string }
  & ({ readonly answer: unknown } | { readonly error: Refusal });

/** A question is no longer, in bytes. */
export const QUESTION_BYTES = 4096;
/** An answer is no longer, in bytes. */
export const ANSWER_BYTES = 1_048_576;

const encoder = new TextEncoder();

/** A value as a line. */
export function lineOf(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}

/** What a server is asked for; `undefined` for what is no question. A name that it does not know is left to it. */
export function commandOf(line: string): string | undefined {
  const value = objectOf(line);
  return typeof value?.command === "string" ? value.command : undefined;
}

/** What a server answered; `undefined` for what is no answer. */
export function answerOf(line: string): Answer | undefined {
  const value = objectOf(line);
  if (typeof value?.version !== "string") return undefined;
  if (typeof value.answer === "object" && value.answer !== null) return value as unknown as Answer;
  const error = value.error as Partial<Refusal> | null | undefined;
  const whole = [error?.code, error?.what, error?.fix].every((text) => typeof text === "string");
  return whole ? value as unknown as Answer : undefined;
}

function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
