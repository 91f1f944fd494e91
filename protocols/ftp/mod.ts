/**
 * The file protocol: uploads in blocks, which go on where they stopped.
 *
 * A client asks with `{ftp, Id, Sid, Filename, Meta, Size, Offset, Block, Data, Status, Options}` and is answered by the same
 * with `ftpack` before it:
 *
 * - `init` (Block 1): the answer's Offset is how many bytes of the file are there, its Block how large blocks may be. With Block 0
 *   the answer's is 0, too: do not start. A connection that asks takes the transfer over from any other.
 * - `send`: Data is the file's bytes at Offset, exactly `min(Block, Size - Offset)` of them. The answer, once they are written, has
 *   the next Offset; the last one has Offset = Size and Block 0. Several blocks may be under way: 16 a connection at most.
 * - `cancel`: throws away what has come, also of a transfer that nobody knows.
 *
 * What is not taken is answered by `{error, Code, {ftp, Id}}` and changes nothing. The original's client sends its next block
 * only after an `ftpack`, so that it stops at an error; ours reads the code, and asks with `init` where to go on.
 *
 * A transfer is its visitor's (the user, or the session where nobody has logged in), and is known by id, name and size. It survives
 * connections, reloads of the page and restarts of the server: the folder's hidden `.uploads` holds what has come until it is complete.
 * Then it is forced to the disk and gets its name in one step. A finished transfer is remembered for a day, since its client may have
 * missed the last answer: `init` is answered by Offset = Size and Block 0. Under another name or size, the same id is another
 * transfer.
 *
 * The session's topic is told of each `init`, end and cancellation:
 * `{direct, {ftp, Id, <<>>, Path, Meta, Size, Offset, 0, <<>>, {event, init | stop | cancel}, Options}}`, Path being relative to
 * the folder.
 *
 * @module
 */
import type { Protocol } from "../../lib/protocol.ts";
import type { FtpOptions } from "./options.ts";
import { FileTransfer } from "./protocol.ts";

export {
  defaultFtpLimits,
  type FtpFile,
  type FtpLimits,
  type FtpOptions,
  type FtpTransfer,
} from "./options.ts";

/**
 * Makes the file protocol for a folder.
 *
 * @throws {N2OError} `bad_limit`, or `bad_folder` when no folder is named.
 *
 * @example
 * ```ts
 * import { createFtp } from "@n2o/n2o";
 *
 * const ftp = createFtp({ folder: "uploads", extensions: ["png", "jpg"], limits: { maxFileBytes: 10_000_000 } });
 * if (ftp.name !== "ftp") throw new Error("another protocol");
 * ```
 */
export function createFtp(options: FtpOptions): Protocol {
  return new FileTransfer(options);
}
