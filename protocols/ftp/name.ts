/**
 * Which names a file may have.
 *
 * @module
 */
import { FtpError } from "./failure.ts";

/** What file systems allow for one name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;
/** Devices on Windows, whatever follows the first dot: a folder that is copied there must not hold them. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;
/** Control characters, line separators, and what turns the direction of writing: it makes `gpj.exe` look like `exe.jpg`. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;
const utf8 = new TextEncoder();

/**
 * The name in normal form C.
 *
 * @throws {FtpError} `bad_name` for one that is empty, hidden, too long, no single name, or means something else to some system.
 */
export function checkedName(name: string): string {
  const normal = name.normalize("NFC");
  const bad = normal === "" || /[/\\]/.test(normal) || normal.startsWith(".") || /[. ]$/.test(normal) ||
    UNPRINTABLE.test(normal) || DEVICE.test(normal) || !normal.isWellFormed() || isLong(normal) ||
    (Deno.build.os === "windows" && /[<>:"|?*]/.test(normal));
  if (bad) throw new FtpError("bad_name", "no name for a file", name.slice(0, MAX_NAME_BYTES));
  return normal;
}

/** The name with a number before its ending: `a (1).txt`. It is cut where it would become too long. */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : "";
  const tail = ` (${number})${ending}`;
  let stem = name.slice(0, name.length - ending.length);
  while (isLong(stem + tail)) stem = Array.from(stem).slice(0, -1).join("");
  return stem + tail;
}

function isLong(name: string): boolean {
  return name.length > MAX_NAME_BYTES || utf8.encode(name).length > MAX_NAME_BYTES;
}
