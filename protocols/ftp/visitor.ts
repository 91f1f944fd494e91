/**
 * Whose a transfer is.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Context } from "../../lib/context.ts";
import type { Head } from "./message.ts";

/** The digest of the visitor: of the user, or of the session where nobody has logged in. 16 hexadecimal characters. */
export function visitorOf(cx: Context): string {
  const { user } = cx.session;
  return digest(user === undefined || user === "" ? ["session", cx.session.id] : ["user", user], 16);
}

/** The digest of a transfer: another id, name or size of the same visitor's is another transfer. 32 hexadecimal characters. */
export function keyOf(visitor: string, { id, name, size }: Head): string {
  return digest([visitor, id, name, size], 32);
}

function digest(parts: readonly (string | number)[], length: number): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, length);
}
