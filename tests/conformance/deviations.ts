/**
 * Where a server is known to differ from what the tables ask for: the cases, what comes instead, and why. Each difference is asserted,
 * so that one that is no more is noticed. The stream engine has none.
 *
 * @module
 */
import { type Case, type End, goodbye, type Heard, heard, stepsOf, wrongByNow } from "./case.ts";
import { textTable } from "./text_table.ts";

/** A known difference. */
export interface Deviation {
  /** The engine, or `ws`. */
  readonly subject: string;
  readonly why: string;
  /** The cases. */
  readonly of: (one: Case) => boolean;
  /** How the connection ends instead. */
  readonly end?: End;
  /** What comes back instead. */
  readonly hears?: (one: Case) => readonly Heard[];
  /** It reads to its end what was wrong long before. */
  readonly late?: true;
  /** It cannot be played. */
  readonly skipped?: true;
}

const only = (...ids: string[]) => ({ id }: Case) => ids.includes(id);
const dropped: End = { by: "failure", codes: ["dropped"] };

/** All known differences; of two for a case the later one counts. */
export const deviations: readonly Deviation[] = [
  {
    subject: "serve",
    why: "Deno.serve ends violations without a close frame",
    of: ({ end, id }) => end.by === "failure" || ["7.3.2", "7.5.1", "+7.2"].includes(id),
    end: dropped,
  },
  {
    subject: "serve",
    why: "Deno.serve takes unmasked frames",
    of: only("+1.1"),
    hears: () => [heard("text", "open to all")],
    end: goodbye,
  },
  {
    subject: "serve",
    why: "Deno.serve takes pongs of any length",
    of: only("+2.1"),
    end: goodbye,
  },
  {
    subject: "serve",
    why: "Deno.serve reads a frame to its end before it looks at the text, though it looks at each fragment",
    of: only("6.4.3", "6.4.4", "+6.5"),
    late: true,
  },
  {
    subject: "serve",
    why: "Deno.serve takes a text in fragments that ends within a character, and leaves that away",
    of: (one) => one.end.by === "failure" && one.id.endsWith(".bytes") && stepsOf(one).length > 1,
    hears: ({ id }) => {
      const [section, row] = id.split(".").slice(1).map(Number);
      const bytes = textTable[section - 5].rows[row - 1];
      return [heard("text", new TextDecoder().decode(bytes, { stream: true }))];
    },
    end: goodbye,
  },
  {
    subject: "serve",
    why: "Deno.serve gives a close frame back although it is too long",
    of: only("7.3.6"),
    end: { by: "answer", codes: ["1000"] },
  },
  {
    subject: "serve",
    why: "Deno.serve does not know the registered code 1014",
    of: only("+7.1014"),
    end: { by: "answer", codes: ["1002"] },
  },
  {
    subject: "ws",
    why: "ws looks at a text when the message is whole",
    of: (one) => stepsOf(one).includes(wrongByNow),
    late: true,
  },
  {
    subject: "ws",
    why: "ws takes 16384 fragments by default",
    of: only("9.3.1", "9.4.1"),
    hears: () => [],
    end: { by: "failure", codes: ["1008"] },
  },
  {
    subject: "ws",
    why: "in Deno, ws refuses what is nothing compressed, but then throws where nobody can catch it",
    of: only("+13.1", "+13.2"),
    skipped: true,
  },
];

/** What is expected of a subject in a case. */
export interface Expectation {
  readonly hears: readonly Heard[];
  readonly end: End;
  readonly late: boolean;
  readonly skipped: boolean;
}

/** What is expected of a subject in a case, when it does as it is known to. */
export function expectationOf(subject: string, one: Case, hears: readonly Heard[]): Expectation {
  const known = deviations.filter((deviation) => deviation.subject === subject && deviation.of(one));
  const other = known.findLast((deviation) => deviation.hears !== undefined)?.hears?.(one);
  return Object.assign({ end: one.end, late: false, skipped: false }, ...known, { hears: other ?? hears });
}
