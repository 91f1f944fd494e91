/**
 * Feeds a framing with the same bytes in many ways, which must come to the same.
 *
 * @module
 */
import { type FrameSink, type Framing, MAX_WANTED } from "../../lib/framing/mod.ts";
import { must, mustAgree } from "./case.ts";
import type { Random } from "./random.ts";

/** Up to this length an input is cut in every way, up to the next at every place. */
const EVERY_WAY = 8;
const EVERY_PLACE = 200;

/** Writes down what is read, and notices when it does not end. */
export class FrameLines implements FrameSink {
  /** What was read, one line each. */
  readonly lines: string[] = [];
  #most: number;
  #over = false;

  /** No frame is shorter than a byte, so of `bytes` no more can come. */
  constructor(bytes: number) {
    this.#most = bytes + 2;
  }

  text(text: string): void {
    this.#add(`text ${text}`);
  }
  binary(buffer: Uint8Array, start: number, end: number): void {
    this.#add(`binary ${hex(buffer, start, end)}`);
  }
  ping(buffer: Uint8Array, start: number, end: number): void {
    this.#add(`ping ${hex(buffer, start, end)}`);
  }
  pong(): void {
    this.#add("pong");
  }
  closed(code: number, reason: string): void {
    this.#add(`closed ${code} ${reason}`);
    this.#over = true;
  }
  violated(code: number, _reason: string): void {
    this.#add(`violated ${code}`);
    this.#over = true;
  }

  #add(line: string): void {
    must(!this.#over, `${line} comes after ${this.lines.at(-1)}`);
    must(this.lines.length < this.#most, "more frames than bytes");
    this.lines.push(line);
  }
}

function hex(buffer: Uint8Array, start: number, end: number): string {
  must(
    0 <= start && start <= end && end <= buffer.length,
    `a frame from ${start} to ${end} of ${buffer.length}`,
  );
  return buffer.subarray(start, end).toHex();
}

/**
 * Feeds a framing with the bytes, cut where told: each piece stands in a larger buffer, with other bytes around it, and the buffer is
 * overwritten afterwards.
 */
export function feed(framing: Framing, bytes: Uint8Array, cuts: readonly number[], random: Random): string[] {
  const log = new FrameLines(bytes.length);
  let kept: Uint8Array = new Uint8Array(0);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const before = random.pick([0, 0, 1, 3, 20]);
    const start = before, middle = start + kept.length, end = middle + to - from;
    const noise = random.pick([0x0a, 0x81, 0x00, 0xff]);
    const buffer = new Uint8Array(end + random.pick([0, 1, 9, 40])).fill(noise);
    buffer.set(kept, start);
    buffer.set(bytes.subarray(from, to), middle);
    const at = framing.read(buffer, start, end, log);
    must(start <= at && at <= end, `${at} was given back for ${start} to ${end}`);
    must(end - at <= MAX_WANTED, `${end - at} bytes are wanted again`);
    for (let i = 0; i < start; i++) must(buffer[i] === noise, "a byte before the piece was changed");
    for (let i = end; i < buffer.length; i++) {
      must(buffer[i] === noise, "a byte behind the piece was changed");
    }
    kept = buffer.slice(at, end);
    buffer.fill(0xee);
    from = to;
  }
  framing.end(kept, log);
  return log.lines;
}

/** Where the bytes are cut: nowhere; everywhere if they are few; else at each place, in pieces of some sizes, and at random. */
export function* waysToCut(length: number, random: Random): Generator<number[]> {
  yield [];
  if (length <= EVERY_WAY) {
    for (let mask = 1; mask < 2 ** (length - 1); mask++) {
      yield Array.from({ length: length - 1 }, (_, i) => i + 1).filter((at) => (mask >> at - 1 & 1) === 1);
    }
    return;
  }
  if (length <= EVERY_PLACE) { for (let at = 1; at < length; at++) yield [at]; }
  const sizes = length <= 2000 ? [1, 2, 3, 7, 64] : [512, 4096];
  for (const size of sizes) {
    const cuts: number[] = [];
    for (let at = size; at < length; at += size) cuts.push(at);
    yield cuts;
  }
  for (let round = 0; round < 4; round++) {
    const count = 1 + random.below(5);
    yield Array.from({ length: count }, () => 1 + random.below(length - 1)).sort((a, b) => a - b);
  }
}

/** Feeds new framings in all ways: what each reads must be what was wanted. Gives in a word how it ended. */
export function mustRead(
  make: () => Framing,
  bytes: Uint8Array,
  wanted: readonly string[],
  random: Random,
): string {
  for (const cuts of waysToCut(bytes.length, random)) {
    mustAgree(feed(make(), bytes, cuts, random), wanted, `cut at [${cuts.slice(0, 20)}]`);
  }
  const last = wanted.at(-1) ?? "nothing";
  return last.startsWith("violated") ? last : last.split(" ", 1)[0];
}
