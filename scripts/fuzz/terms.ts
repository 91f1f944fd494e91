/**
 * Terms at random.
 *
 * @module
 */
import { atom, Bits, Charlist, float, ImproperList, map, type Term, tuple } from "../../mod.ts";
import type { Random } from "./random.ts";

const numbers = [
  0,
  1,
  -1,
  255,
  256,
  2 ** 27,
  -(2 ** 27) - 1,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];
const floats = [0, -0, 1, -1, 1e300, 2 ** 53, -(2 ** 70)];
const fractions = [
  0.1,
  -1.5,
  1e-300,
  Number.MIN_VALUE,
  2.2250738585072014e-308,
  123456.789,
  4503599627370495.5,
];
const atoms = ["ok", "n2o", "", "Token", "with space", "ftp", "ж", "undefined", "'", "\\", "fun", "a@b"];

/** A term. */
export function newTerm(random: Random, depth = 4): Term {
  const elements = () => Array.from({ length: random.below(5) }, () => newTerm(random, depth - 1));
  switch (random.below(depth > 0 ? 18 : 11)) {
    case 0:
      return random.pick(numbers);
    case 1:
      return random.bits() - random.bits();
    case 2:
      return (BigInt(random.bits()) << BigInt(32 + random.below(200))) * (random.one(2) ? 1n : -1n);
    case 3:
      return float(random.pick(floats));
    case 4:
      return random.pick(fractions);
    case 5:
      return atom(random.pick(atoms));
    case 6:
      return random.one(2);
    case 7:
      return new TextEncoder().encode(random.text(random.below(12)));
    case 8:
      return random.bytes(random.below(20));
    case 9: {
      const bytes = random.bytes(1 + random.below(4));
      const unused = 1 + random.below(7);
      bytes[bytes.length - 1] &= 0xff << unused;
      return new Bits(bytes, 8 * bytes.length - unused);
    }
    case 10: {
      const bytes = random.bytes(1 + random.below(10));
      return new Charlist(bytes);
    }
    case 11:
    case 12:
    case 13:
      return tuple(...elements());
    case 14:
    case 15:
      return elements();
    case 16: {
      const tail = random.pick([1, atom("tail"), tuple()]);
      return new ImproperList([newTerm(random, depth - 1), ...elements()], tail);
    }
    default: {
      return map(elements().map((key): [Term, Term] => [key, newTerm(random, depth - 1)]));
    }
  }
}
