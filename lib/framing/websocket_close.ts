/**
 * The codes and reasons of WebSocket close frames.
 *
 * @module
 */

/** A close frame without a code reads as this one; it never stands on the wire. */
export const NO_CODE = 1005;

/** The longest reason that a close frame has room for, in bytes. */
export const MAX_REASON = 123;

const encoder = new TextEncoder();

/** Whether a code may stand on the wire: those of RFC 6455 7.4.1, the registered 1012 to 1014, and 3000 to 4999. */
export function isCloseCode(code: number): boolean {
  if (code < 3000) return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return code < 5000;
}

/** As much of a reason as a close frame has room for, in whole characters. */
export function cutReason(reason: string): string {
  if (reason.length * 3 <= MAX_REASON) return reason;
  return reason.slice(0, encoder.encodeInto(reason, new Uint8Array(MAX_REASON)).read);
}

/** The payload of a close frame; empty where the code is none for the wire. */
export function closePayload(code: number, reason: string): Uint8Array {
  if (!isCloseCode(code)) return new Uint8Array(0);
  const text = encoder.encode(cutReason(reason));
  const payload = new Uint8Array(2 + text.length);
  payload[0] = code >> 8;
  payload[1] = code;
  payload.set(text, 2);
  return payload;
}
