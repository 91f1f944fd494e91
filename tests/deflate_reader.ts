/** A plain inflater to judge compressors by: it tells how far back a stream refers. */

/** What a stream says. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /** The longest distance of its matches; 0 without any. */
  readonly farthest: number;
}

/** The bits of a stream, the first the lowest. */
class Bits {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) value |= (this.bytes[this.at >> 3] >> (this.at & 7) & 1) << i;
    return value;
  }
}

/** A prefix code: `counts[n]` codes have n bits, and stand for `symbols` in order. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

function codeOf(sizes: readonly number[]): Code {
  const counts = new Array<number>(16).fill(0);
  for (const size of sizes) if (size > 0) counts[size]++;
  const symbols: number[] = [];
  for (let size = 1; size < 16; size++) {
    sizes.forEach((own, symbol) => own === size && symbols.push(symbol));
  }
  return { counts, symbols };
}

function symbolOf(bits: Bits, { counts, symbols }: Code): number {
  let code = 0, first = 0, index = 0;
  for (let size = 1; size < 16; size++) {
    code |= bits.take(1);
    if (code - first < counts[size]) return symbols[index + code - first];
    index += counts[size];
    first = first + counts[size] << 1;
    code <<= 1;
  }
  throw new Error("no such code");
}

function fixedCodes(): [Code, Code] {
  const size = (symbol: number) => symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
  return [codeOf(Array.from({ length: 288 }, (_, symbol) => size(symbol))), codeOf(new Array(30).fill(5))];
}

function dynamicCodes(bits: Bits): [Code, Code] {
  const literals = bits.take(5) + 257, distances = bits.take(5) + 1, sizesOfSizes = bits.take(4) + 4;
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const meta = new Array<number>(19).fill(0);
  for (const place of order.slice(0, sizesOfSizes)) meta[place] = bits.take(3);
  const code = codeOf(meta);
  const sizes: number[] = [];
  while (sizes.length < literals + distances) {
    const symbol = symbolOf(bits, code);
    const [value, times] = symbol === 16
      ? [sizes.at(-1)!, 3 + bits.take(2)]
      : symbol === 17
      ? [0, 3 + bits.take(3)]
      : symbol === 18
      ? [0, 11 + bits.take(7)]
      : [symbol, 1];
    for (let i = 0; i < times; i++) sizes.push(value);
  }
  return [codeOf(sizes.slice(0, literals)), codeOf(sizes.slice(literals))];
}

function lengthOf(symbol: number, bits: Bits): number {
  if (symbol === 285) return 258;
  if (symbol < 265) return symbol - 254;
  const extra = symbol - 261 >> 2;
  return 3 + ((4 + (symbol - 265) % 4) << extra) + bits.take(extra);
}

function distanceOf(symbol: number, bits: Bits): number {
  if (symbol < 4) return symbol + 1;
  const extra = (symbol >> 1) - 1;
  return 1 + ((2 + (symbol & 1)) << extra) + bits.take(extra);
}

/** Reads a message of RFC 7692 to its end, `past` being what was said before. */
export function readDeflated(compressed: Uint8Array, past: Uint8Array = new Uint8Array(0)): Inflated {
  const whole = new Uint8Array(compressed.length + 4);
  whole.set(compressed);
  whole.fill(255, -2);
  const bits = new Bits(whole);
  const out: number[] = Array.from(past);
  let farthest = 0;
  while (bits.at < 8 * bits.bytes.length) {
    if (bits.take(1) === 1) throw new Error("a final block");
    const kind = bits.take(2);
    if (kind === 0) {
      bits.at = bits.at + 7 & ~7;
      const length = bits.take(16);
      if ((bits.take(16) ^ 0xffff) !== length) throw new Error("a bad length");
      for (let i = 0; i < length; i++) out.push(bits.take(8));
      continue;
    }
    const [literals, distances] = kind === 1 ? fixedCodes() : dynamicCodes(bits);
    for (let symbol = symbolOf(bits, literals); symbol !== 256; symbol = symbolOf(bits, literals)) {
      if (symbol < 256) {
        out.push(symbol);
        continue;
      }
      const length = lengthOf(symbol, bits);
      const distance = distanceOf(symbolOf(bits, distances), bits);
      if (distance > out.length) throw new Error("before the beginning");
      farthest = Math.max(farthest, distance);
      for (let i = 0; i < length; i++) out.push(out[out.length - distance]);
    }
  }
  return { bytes: Uint8Array.from(out.slice(past.length)), farthest };
}
