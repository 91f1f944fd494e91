/**
 * Options of the file protocol, and its limits.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import { N2OError } from "../../lib/error.ts";

/** What is known of a file that is to come. */
export interface FtpTransfer {
  /** The client's own id for it. */
  readonly id: string;
  /** Its name, in normal form C, found to be harmless. */
  readonly name: string;
  /** Its size in bytes, as the client claims; no more and no less is taken. */
  readonly size: number;
}

/** A file that is complete. */
export interface FtpFile extends FtpTransfer {
  /** Where it stands, relative to the folder, with `/` between its parts. */
  readonly path: string;
}

/** The limits of the file protocol. Sizes in bytes, times in milliseconds. */
export interface FtpLimits {
  /** The largest file. @default 1_073_741_824 */
  readonly maxFileBytes: number;
  /** What one visitor may have in progress, by the sizes claimed. @default 2_147_483_648 */
  readonly maxPendingBytes: number;
  /** What one visitor may have in progress and have finished within `abandonMs`. @default 4_294_967_296 */
  readonly maxVisitorBytes: number;
  /** How many files one visitor may have in progress and have finished within `abandonMs`. @default 10_000 */
  readonly maxVisitorFiles: number;
  /** All that may lie in the folder; `Infinity` spares counting it. @default 17_179_869_184 */
  readonly maxFolderBytes: number;
  /** How fast one visitor may send, in bytes a second. @default Infinity */
  readonly maxBytesPerSecond: number;
  /** Transfers in progress of one visitor. @default 16 */
  readonly maxVisitorTransfers: number;
  /** Transfers in progress in all. At the limit the smallest one whose client is gone makes room. @default 1024 */
  readonly maxTransfers: number;
  /** Files open at the same time. @default 64 */
  readonly maxOpenFiles: number;
  /** The largest block, which is the one that clients are told to send. @default 262_144 */
  readonly blockBytes: number;
  /** How long a transfer that does not go on is kept, and a finished one remembered. @default 86_400_000 */
  readonly abandonMs: number;
}

/** Options of {@linkcode createFtp}. */
export interface FtpOptions {
  /**
   * Where files go: a path from where the process runs, or a `file:` URL; made when the first one comes. One application writes into a
   * folder at a time.
   */
  readonly folder: string | URL;
  /** Puts each visitor's files into a folder of their own, named by the session's id. `place` comes before it. @default false */
  readonly bySession?: boolean;
  /** Where a file goes, relative to the folder. Asked at each `init`; each part is checked as a name is. @default the name */
  readonly place?: (transfer: FtpTransfer, cx: Context) => string | Promise<string>;
  /** Whether a file may come. Asked at each `init`; a client that is refused is told `refused`. @default all may */
  readonly allow?: (transfer: FtpTransfer, cx: Context) => boolean | Promise<boolean>;
  /** Called with each complete file before its client is told; once more if the process dies just then. What it throws is logged. */
  readonly onDone?: (file: FtpFile, cx: Context) => void | Promise<void>;
  /** The endings of names that are taken, such as `png` or `tar.gz`, in lower case and without the dot. @default any */
  readonly extensions?: readonly string[];
  /** Whether files that begin otherwise than their ending promises are refused; for endings with a known beginning. @default false */
  readonly sniff?: boolean;
  /** What becomes of a file whose name is taken: it gets a number, or is refused with `name_taken`. @default "number" */
  readonly taken?: "number" | "refuse";
  /** Whether a file is forced to the disk before its client is told that it is complete. @default true */
  readonly sync?: boolean;
  /** The limits that differ from their defaults. */
  readonly limits?: Partial<FtpLimits>;
}

/** The defaults of every limit of the file protocol. */
export const defaultFtpLimits: FtpLimits = {
  maxFileBytes: 1_073_741_824,
  maxPendingBytes: 2_147_483_648,
  maxVisitorBytes: 4_294_967_296,
  maxVisitorFiles: 10_000,
  maxFolderBytes: 17_179_869_184,
  maxBytesPerSecond: Infinity,
  maxVisitorTransfers: 16,
  maxTransfers: 1024,
  maxOpenFiles: 64,
  blockBytes: 262_144,
  abandonMs: 86_400_000,
};

/** Fills the given limits up. Throws `bad_limit` for an unknown name or a value that is no positive number. */
export function resolveFtpLimits(given: Partial<FtpLimits> = {}): FtpLimits {
  const limits: Record<string, number> = { ...defaultFtpLimits };
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultFtpLimits)) throw new N2OError("bad_limit", `no limit is named "${name}"`, name);
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0)) {
      throw new N2OError("bad_limit", `the limit ${name} cannot be ${String(value)}`, value);
    }
    limits[name] = value;
  }
  return limits as unknown as FtpLimits;
}
