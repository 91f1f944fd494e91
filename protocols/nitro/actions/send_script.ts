/**
 * The JavaScript that sends a sealed event.
 *
 * @module
 */
import { escapeScript } from "../escape/javascript.ts";

/** What {@linkcode sendScript} sends. */
export interface Sent {
  /** Who sends it. */
  readonly trigger: string;
  /** The sealed event. */
  readonly pickle: string;
  /** The ids that have to be valid. */
  readonly validated?: readonly string[];
  /** JavaScript that runs before. */
  readonly before?: string;
  /** The JavaScript of what is sent along. */
  readonly data: string;
}

/** The JavaScript that sends a sealed event, unless one of its fields is not valid. */
export function sendScript({ trigger, pickle, validated = [], before = "", data }: Sent): string {
  const name = escapeScript(trigger);
  const ids = validated.map((id) => `'${escapeScript(id)}'`).join(",");
  return `{ if (validateSources([${ids}],'${name}')) { ${before} ws.send(enc(tuple(atom('pickle'),bin('${name}'),bin('${
    escapeScript(pickle)
  }'),${data}))); } else console.log('Validation Error'); }`;
}
