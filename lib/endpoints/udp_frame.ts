/**
 * Frames as datagrams.
 *
 * @module
 */
import { type Frame, SharedFrame } from "../frame.ts";

/** How the bytes of frames are remembered that go to many peers. */
const FORM = "datagram";
const encoder = new TextEncoder();

/** The payload of the datagram that a frame becomes. */
export function datagramOf(frame: Frame): Uint8Array {
  if (typeof frame === "string") return encoder.encode(frame);
  if (!(frame instanceof SharedFrame)) return frame;
  const { payload } = frame;
  if (typeof payload !== "string") return payload;
  let wire = frame.wire(FORM);
  if (wire === undefined) frame.remember(FORM, wire = encoder.encode(payload));
  return wire;
}
