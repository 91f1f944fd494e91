/**
 * Listening on Unix domain sockets.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/**
 * Listens on the Unix domain socket of that path. One that a program has left behind when it was killed is taken over.
 *
 * @throws {N2OError} `path_taken`, `path_forbidden`, `bad_path`.
 */
export async function listenUnix(path: string): Promise<Deno.UnixListener> {
  if (path === "" || path.includes("\0")) throw new N2OError("bad_path", "a socket needs a path", path);
  const listen = () => Deno.listen({ transport: "unix", path });
  try {
    try {
      return listen();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || !await isLeftBehind(path)) throw error;
      await Deno.remove(path);
      return listen();
    }
  } catch (error) {
    throw unixError(error, path);
  }
}

/** Whether it is a socket that nobody listens on. */
async function isLeftBehind(path: string): Promise<boolean> {
  if (!(await Deno.lstat(path)).isSocket) return false;
  try {
    const conn = await Deno.connect({ transport: "unix", path });
    conn.close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

function unixError(error: unknown, path: string): unknown {
  if (error instanceof Deno.errors.AddrInUse) {
    return new N2OError(
      "path_taken",
      `${path} is taken: stop who listens there, move the file away, or choose another path`,
      path,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new N2OError(
      "path_forbidden",
      `not allowed to listen on ${path}: choose another path, or grant --allow-read and --allow-write for it`,
      path,
    );
  }
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return new N2OError("bad_path", `${path} stands in a folder that does not exist`, path);
  }
  if (error instanceof TypeError) {
    return new N2OError("bad_path", `${path} cannot be a socket: ${error.message}`, path);
  }
  return error;
}
