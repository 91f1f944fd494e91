/**
 * Where pages answer otherwise than the original's, and why.
 *
 * @module
 */

/** Steps of a recorded scenario that are answered otherwise; they count from 0. */
export interface Difference {
  /** Which of the reasons. */
  readonly reason: string;
  /** The scenario's name. */
  readonly scenario: string;
  /** The steps. */
  readonly steps: readonly number[];
  /** What is answered: `{io, …}` in Erlang's syntax, `nothing` for an empty frame, `silence` for none. */
  readonly answer: string;
}

const STACK = "a page that fails is answered `{stack, []}`, without the stack";
const LEAK = "values of sources are their event's own, and overwrite nothing";
const NO_PAGE = "an address without a page has a session all the same, and takes no events";
/** An event that the original takes, and that is none here, or the other way round. */
export const SEALED = "an event is taken only as this application's pickler seals it";

const WHY: Readonly<Record<string, string>> = {
  [STACK]: "the stack is for the log; with the original every visitor can read it",
  [LEAK]: "the original keeps them in the process, where they stay, and overwrite its own state",
  [NO_PAGE]: "the original crashes, and sends the stack",
  [SEALED]: "the original opens what nobody has sealed, and uses two picklers where none is set",
};

/** The answer to a greeting. */
export const TOKEN = "{io,<<>>,{'Token',<<\"<TOKEN>\">>}}";
const FAILED = "{io,<<>>,{stack,[]}}";
const EXPECTED = '{io,<<>>,{error,"EV expected"}}';

/** All differences. */
export const differences: readonly Difference[] = [
  { reason: STACK, scenario: "handlers that fail", steps: [5, 7, 8, 9, 10, 11], answer: FAILED },
  { reason: STACK, scenario: "flush", steps: [8, 11], answer: FAILED },
  { reason: STACK, scenario: "init crashes", steps: [0, 2], answer: FAILED },
  { reason: LEAK, scenario: "sources: odd shapes", steps: [7], answer: '{io,<<"added(3);">>,<<>>}' },
  { reason: LEAK, scenario: "sources: odd shapes", steps: [8], answer: "{io,<<>>,<<>>}" },
  { reason: NO_PAGE, scenario: "page module does not exist", steps: [0], answer: TOKEN },
  { reason: NO_PAGE, scenario: "page module does not exist", steps: [1, 2], answer: "nothing" },
  { reason: NO_PAGE, scenario: "page module does not exist", steps: [3], answer: EXPECTED },
  { reason: NO_PAGE, scenario: "page module is []", steps: [0], answer: TOKEN },
  { reason: NO_PAGE, scenario: "page module is []", steps: [1], answer: "nothing" },
  { reason: SEALED, scenario: "default pickler (env n2o pickler unset)", steps: [1], answer: EXPECTED },
  {
    reason: SEALED,
    scenario: "default pickler (env n2o pickler unset)",
    steps: [4],
    answer: '{io,<<"added(7);">>,<<>>}',
  },
  { reason: SEALED, scenario: "n2o_secret as pickler", steps: [1], answer: EXPECTED },
];

/** The reasons, and in how many messages each makes a difference. */
export const infoDeviations: readonly {
  readonly what: string;
  readonly why: string;
  readonly count: number;
}[] = Object.entries(WHY).map(([what, why]) => ({
  what,
  why,
  count: differences.filter(({ reason }) => reason === what).reduce(
    (sum, { steps }) => sum + steps.length,
    0,
  ),
}));
