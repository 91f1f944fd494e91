/**
 * What can go wrong with a transfer, as a code for the client.
 *
 * @module
 */
import { N2OError } from "../../lib/error.ts";

/** A transfer that cannot begin or go on. Its code is what the client is told. */
export class FtpError extends N2OError {}

/** The errors of the system that mean that there is no room. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What a failure of the file system is called: `disk_full`, or `storage_unavailable` for any other. */
export function storageError(cause: unknown): FtpError {
  if (cause instanceof FtpError) return cause;
  const code = FULL.has((cause as { code?: string } | undefined)?.code ?? "")
    ? "disk_full"
    : "storage_unavailable";
  return new FtpError(code, "an upload could not be stored", undefined, { cause });
}
