/**
 * Reads the body of a request within a bound of bytes and time.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import { joined } from "../joined.ts";

/**
 * Reads the whole body.
 *
 * @throws {N2OError} `body_too_big` as soon as it is, `body_too_slow` when it is not there in time, `body_broken` when the client went away.
 */
export async function readBody(request: Request, maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) {
    throw new N2OError("body_too_big", `a body has ${maxBytes} bytes at most`);
  }
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeoutMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > maxBytes) {
        reader.cancel().catch(() => {});
        throw new N2OError("body_too_big", `a body has ${maxBytes} bytes at most`);
      }
      chunks.push(value);
    }
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw new N2OError("body_broken", "the body ended early", undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new N2OError("body_too_slow", `a body takes ${timeoutMs} ms at most`);
  return joined(chunks);
}
