/**
 * All tables.
 *
 * @module
 */
import type { Case } from "./case.ts";
import { closeCases } from "./close_cases.ts";
import { controlCases } from "./control_cases.ts";
import { fragmentCases } from "./fragment_cases.ts";
import { framingCases } from "./framing_cases.ts";
import { limitCases } from "./limit_cases.ts";
import { textCases } from "./text_cases.ts";

/** A table, what it promises, and how many of its cases are played at a time. */
export interface Table {
  readonly promise: string;
  readonly cases: readonly Case[];
  readonly atATime: number;
}

/** The tables without compression. */
export const tables: readonly Table[] = [
  { promise: "messages come back in frames of every form of length", cases: framingCases, atATime: 12 },
  {
    promise: "pings are answered, pongs passed over, reserved bits and opcodes refused",
    cases: controlCases,
    atATime: 12,
  },
  {
    promise: "fragments make one message, and what is out of order is refused",
    cases: fragmentCases,
    atATime: 12,
  },
  { promise: "texts are UTF-8, and refused where they stop being it", cases: textCases, atATime: 12 },
  {
    promise: "a close frame is answered with its code, or with what is wrong with it",
    cases: closeCases,
    atATime: 12,
  },
  {
    promise: "long messages, many fragments, small pieces and many messages come back",
    cases: limitCases,
    atATime: 2,
  },
];
