/**
 * The file of the control socket: taken by one server, given back when it ends.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { N2OError } from "../../error.ts";
import { removeFile } from "../../remove_file.ts";
import { close } from "./line.ts";

/** A socket that somebody may connect to. */
export interface SocketFile {
  /** Where it is. */
  readonly path: string;
  /** Takes connections. */
  readonly listener: Deno.Listener;
  /** Ends it, and removes the file unless another server has taken it. */
  release(): void;
}

/** A Unix socket's path has so many bytes at most, a zero behind it. */
const LONGEST = Deno.build.os === "linux" ? 107 : 103;

/** Whether a path is too long for a Unix socket. The system counts from the root. */
export function isTooLong(path: string): boolean {
  return new TextEncoder().encode(resolve(path)).length > LONGEST;
}

/**
 * Takes the socket of a path, for its owner alone. One of a server that is dead is replaced.
 *
 * Throws `control_unsupported` on Windows, `control_path_long`, `control_taken` when another server answers there, and
 * `control_no_socket` when something else lies there.
 */
export async function takeSocketFile(path: string): Promise<SocketFile> {
  if (Deno.build.os === "windows") {
    throw new N2OError("control_unsupported", "there is no control socket on Windows", path);
  }
  if (isTooLong(path)) {
    const message = `the path ${path} is too long for a Unix socket, which has ${LONGEST} bytes at most`;
    throw new N2OError("control_path_long", message, path);
  }
  await makeWay(path);
  // Under a name of its own first: it is nobody's before it is the owner's alone, what is there is replaced in one step, and
  // the runtime, which removes the file that a listener was made with, does not remove the file of another server.
  const draft = join(dirname(path), draftName(basename(path)));
  const listener = Deno.listen({ transport: "unix", path: draft });
  try {
    Deno.chmodSync(draft, 0o600);
    Deno.renameSync(draft, path);
  } catch (error) {
    close(listener);
    throw error;
  }
  const mine = stamp(path);
  return {
    path,
    listener,
    release() {
      close(listener);
      if (mine !== undefined && stamp(path) === mine) removeFile(path);
    },
  };
}

/** As long as the name itself, so that it fits wherever that does. */
function draftName(name: string): string {
  return `.${crypto.randomUUID().replaceAll("-", "")}`.slice(0, Math.max(name.length, 2));
}

async function makeWay(path: string): Promise<void> {
  try {
    if (!Deno.lstatSync(path).isSocket) {
      throw new N2OError("control_no_socket", `${path} is no socket: move it away`, path);
    }
    close(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    const { NotFound, ConnectionRefused } = Deno.errors;
    if (error instanceof NotFound || error instanceof ConnectionRefused) return;
    throw error;
  }
  throw new N2OError("control_taken", `another server answers at ${path}`, path);
}

function stamp(path: string): string | undefined {
  try {
    const { dev, ino, isSocket } = Deno.lstatSync(path);
    return isSocket ? `${dev} ${ino}` : undefined;
  } catch {
    return undefined;
  }
}
