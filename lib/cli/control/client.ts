/**
 * A command's end of the control socket.
 *
 * @module
 */
import type { Config } from "../config.ts";
import { dataPaths } from "../data.ts";
import { exists } from "../exists.ts";
import { FAILED, missingPermission, ProblemsError } from "../exit.ts";
import type { Problem } from "../problem.ts";
import { close, readLine, writeAll } from "./line.ts";
import { isTooLong } from "./socket_file.ts";
import { ANSWER_BYTES, answerOf, type ControlCommand, lineOf } from "./wire.ts";

/** What a server answered. */
export interface Told {
  /** The server's version. */
  readonly version: string;
  /** What it said. */
  readonly answer: unknown;
}

/** So long may a reload take, in milliseconds. */
const PATIENCE_MS = 120_000;
/** A queue that is full is tried again after so many milliseconds, so many times. */
const AGAIN_MS = 50;
const TRIES = 40;
const ASK_BYTES_MS = 5000;

/** Asks the server whose data a configuration names. Throws a {@linkcode ProblemsError} that says what to do. */
export async function ask(config: Config, command: ControlCommand): Promise<Told> {
  const { control: path } = dataPaths(config);
  for (let tries = 1;; tries++) {
    const line = await converse(config, path, command);
    const told = answerOf(line);
    if (told === undefined) {
      fail({ where: path, what: "answers like no server of n2o", fix: "look at what runs there" });
    }
    if ("answer" in told) return told;
    const { code, what, fix } = told.error;
    if (code !== "busy" || tries >= TRIES) fail({ where: `the server (n2o ${told.version})`, what, fix });
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

async function converse(config: Config, path: string, command: ControlCommand): Promise<string> {
  const connection = await connect(config, path);
  try {
    // A server that has no room answers before it is asked, so that what cannot be written is no reason not to read.
    await writeAll(connection, lineOf({ command }), ASK_BYTES_MS);
    const read = await readLine(connection, ANSWER_BYTES, PATIENCE_MS);
    if ("line" in read) return read.line;
    const what = {
      ended: "ended without an answer",
      too_long: "answers too much",
      too_late: `has not answered within ${PATIENCE_MS / 1000} s`,
    }[read.none];
    return fail({ where: path, what: `the server ${what}`, fix: "look at its log" });
  } finally {
    close(connection);
  }
}

async function connect(config: Config, path: string): Promise<Deno.Conn> {
  if (Deno.build.os === "windows") {
    fail({
      where: "Windows",
      what: "has no control sockets",
      fix: "restart the server, or work with n2o dev",
    });
  }
  if (isTooLong(path)) {
    const what = "is too long for a Unix socket, so that no server answers there";
    fail({ where: path, what, fix: "name a shorter folder to both: --data DIR; or kill -HUP the server" });
  }
  for (let tries = 1;; tries++) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (isBusy(error) && tries < TRIES) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        continue;
      }
      return fail(...explain(error, config, path));
    }
  }
}

function explain(error: unknown, config: Config, path: string): Problem[] {
  const missing = missingPermission(error);
  if (missing !== undefined) return [{ where: path, ...missing }];
  const { NotFound, ConnectionRefused, PermissionDenied, NotADirectory } = Deno.errors;
  if (error instanceof PermissionDenied) {
    const owner = ownerOf(path);
    const what = owner === undefined ? "is another user's" : `belongs to the user with the id ${owner}`;
    return [{ where: path, what, fix: "run this as the user who runs the server, or as root" }];
  }
  if (error instanceof NotFound || error instanceof NotADirectory || error instanceof ConnectionRefused) {
    const what = error instanceof ConnectionRefused ? "its server has ended" : "no server answers here";
    // What the settings' file says may be why: it could name other data.
    return [...config.problems, { where: path, what, fix: adviceOn(config) }];
  }
  if (isBusy(error)) return [{ where: path, what: "is asked by too many", fix: "try again" }];
  throw error;
}

function adviceOn({ folder, file }: Config): string {
  if (folder === undefined && file === undefined && exists("n2o.json")) {
    return "name the application's folder as its server does: n2o reload .";
  }
  const start = folder === undefined ? "n2o serve" : `n2o serve ${folder}`;
  return `start it with: ${start}; a running one is found by its FOLDER or --data DIR (with --store memory by --data alone)`;
}

function ownerOf(path: string): number | undefined {
  try {
    return Deno.lstatSync(path).uid ?? undefined;
  } catch {
    return undefined;
  }
}

/** The queue of a socket is full. */
function isBusy(error: unknown): boolean {
  return error instanceof Deno.errors.WouldBlock;
}

function fail(...problems: readonly Problem[]): never {
  throw new ProblemsError(problems, FAILED);
}
