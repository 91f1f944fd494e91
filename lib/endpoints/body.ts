/**
 * Reads the body of a request within a bound of bytes and time.
 *
 * @module
 */
import { N2OError } from "../error.ts";

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
  let body: Uint8Array = new Uint8Array(0);
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const end = size + value.length;
      if (end > maxBytes) {
        reader.cancel().catch(() => {});
        throw new N2OError("body_too_big", `a body has ${maxBytes} bytes at most`);
      }
      // Chunks of a few bytes may each hold a buffer of many, so no list of them is kept.
      if (size === 0) body = value;
      else {
        if (end > body.length) body = grown(body, size, end);
        body.set(value, size);
      }
      size = end;
    }
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw new N2OError("body_broken", "the body ended early", undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (late) throw new N2OError("body_too_slow", `a body takes ${timeoutMs} ms at most`);
  return body.subarray(0, size);
}

function grown(body: Uint8Array, size: number, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(needed, 2 * size));
  larger.set(body.subarray(0, size));
  return larger;
}
