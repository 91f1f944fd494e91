/**
 * One line from a connection.
 *
 * @module
 */

/** Why there is no line: the other side ended before, sent too much, or took too long. */
export type NoLine = "ended" | "too_long" | "too_late";

/**
 * Reads a line, of so many bytes at most and within a time; what comes behind it is not looked at. The connection is closed
 * when the time is over, since nothing else ends a read.
 */
export async function readLine(
  connection: Deno.Conn,
  maxBytes: number,
  timeoutMs: number,
): Promise<{ readonly line: string } | { readonly none: NoLine }> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    close(connection);
  }, timeoutMs);
  let bytes = new Uint8Array(Math.min(maxBytes + 1, 4096));
  let size = 0;
  try {
    for (;;) {
      const read = await connection.read(bytes.subarray(size));
      if (read === null) return { none: "ended" };
      const end = bytes.subarray(size, size + read).indexOf(LINE_FEED);
      if (end !== -1) return { line: new TextDecoder().decode(bytes.subarray(0, size + end)) };
      size += read;
      if (size > maxBytes) return { none: "too_long" };
      if (size === bytes.length) {
        const larger = new Uint8Array(Math.min(maxBytes + 1, size * 2));
        larger.set(bytes);
        bytes = larger;
      }
    }
  } catch (error) {
    if (late) return { none: "too_late" };
    if (isGone(error)) return { none: "ended" };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Writes all of some bytes within a time; tells whether the other side took them. */
export async function writeAll(
  connection: Deno.Conn,
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<boolean> {
  const timer = setTimeout(() => close(connection), timeoutMs);
  try {
    for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
    return true;
  } catch (error) {
    if (!isGone(error)) throw error;
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Closes a connection that may be closed already. */
export function close(connection: { close(): void }): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

const LINE_FEED = 10;

function isGone(error: unknown): boolean {
  return [
    Deno.errors.BrokenPipe,
    Deno.errors.ConnectionReset,
    Deno.errors.ConnectionAborted,
    Deno.errors.BadResource,
    Deno.errors.Interrupted,
    Deno.errors.NotConnected,
  ].some((kind) => error instanceof kind);
}
