/**
 * Where the actions of this project differ from what was recorded of the original's: what is different, why, and in which rows.
 *
 * @module
 */

import type { EscapeRow } from "./nitro_action_rows.ts";

/** One difference. */
export interface ActionDeviation {
  /** What is different here. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** The rows, by their names as the test writes them. */
  readonly rows: readonly string[];
}

/** Of the rows `actions`. */
export const ACTION_DEVIATIONS: readonly ActionDeviation[] = [
  {
    what: "{qs,_}, {qa,_}, {g,_}, {ps,_,_} and numbers are targets of every action",
    why: "the original crashes, or looks for an element whose id is the tuple's text",
    rows: [
      ..."int,float,tuple qs,qa,g atom,ps atom id,list of atoms".split(",").map((t) => `update target ${t}`),
      ..."qa,g atom".split(",").map((t) => `clear target ${t}`),
      ..."tuple qs,qa,g atom,ps atom id".split(",").map((t) => `setAttr target ${t}`),
      ..."atom,float,undefined,tuple qs,qa,g atom,list of atoms".split(",").map((t) => `confirm target ${t}`),
      "event target list of atoms",
      "insert_top target int",
      "insert_bottom target int",
      "insert_before target int",
      "insert_before target tuple qs",
      "insert_after target int",
      "insert_after target tuple qs",
      "remove target tuple qs",
      "style/2 target tuple qs",
      "style/3 target tuple qs",
      "show target tuple qs",
      "jq simple tuple target",
    ],
  },
  {
    what: "an event of a {qs,_}, {qa,_} or {ps,_,_} listens to what they mean; its trigger is their text",
    why: "the original writes the tuple's bytes into the script as an id",
    rows: ["event target tuple qs", "event target qa", "event target ps atom id"],
  },
  {
    what: "what is done to {qa,_} is done to each of its elements; the focus goes to the first",
    why: "the original sets properties of the array, or calls what arrays have not",
    rows: ["jq property right target qa", "focus target qa", "bind target qa", "replace target qa"],
  },
  {
    what: "a {ps,_,_} is an expression, and assignments to it stand in parentheses",
    why: "the original's are syntax errors but in method calls",
    rows: [
      `wf_event:target({ps,t,"a.b.c"})`,
      `wf_event:target({ps,{qs,".x"},"a.b"})`,
      `wf_event:target({ps,{qa,".x"},"a.b"})`,
      `wf_event:target({ps,{g,window},"a.b"})`,
      "jq property right target ps atom id",
      "bind target ps atom id",
      "replace target ps atom id",
    ],
  },
  {
    what: "text is escaped wherever elements stand; raw() marks HTML",
    why: "the original puts out text as HTML",
    rows: ["update binary", "update string", "update rendered", "insert_top rendered"],
  },
  {
    what: "insertTop and insertBottom put in all that they are given, and nothing for nothing",
    why: "the original keeps the first element and loses the others, and fails without one",
    rows: ["insert_top list", "insert_top []", "insert_bottom list"],
  },
  {
    what: "insert({target, elements, position}) inserts",
    why: "the original's #insert{} never comes to an end",
    rows: ["insert", "insert position"],
  },
  {
    what: "what elements wire comes behind the action that brings them, at any depth, inside of multi too",
    why: "the original forgets actions of the third level, and listens before a frame's elements are there",
    rows: ["third pass lost", "multi with replace and postback"],
  },
  {
    what: "lists of actions nest; what is no action is refused: bad_field",
    why:
      "the original crashes on nested lists and tuples, says nothing of atoms and numbers, and runs the HTML of elements",
    rows: [
      "wire nested list of actions",
      "wire atom",
      "wire int",
      "wire tuple",
      "wire element",
      "update action record",
    ],
  },
  {
    what: "texts of all kinds are one: atoms, numbers, lists of characters in UTF-8",
    why: "the original crashes, or writes Latin-1",
    rows: [
      "wire cyrillic string",
      "wire latin1 string",
      "redirect atom",
      "alert atom",
      "alert int",
      "alert cyrillic string",
      "jq property right int",
    ],
  },
  {
    what:
      "jq takes one method by its name, and arguments of all kinds; it refuses what is no text, and a method beside a property",
    why: "the original calls the character codes of the name, writes HTML without quotes, or crashes",
    rows: [
      "jq method atom",
      "jq method string",
      "jq method args ints",
      "jq method args element",
      "jq method args string",
      "jq method and property",
      "jq right tuple",
    ],
  },
  {
    what: "an event without sources has none",
    why: "the original leaves an event out whose `source` is undefined",
    rows: ["event source undefined"],
  },
  {
    what: "bind on {g,_} without `source` listens, without a postback does nothing",
    why: "the original's is a syntax error, and the word undefined",
    rows: ["bind g no source", "bind no postback"],
  },
  {
    what: "replace without elements does nothing",
    why: "the original reads outerHTML and throws it away",
    rows: ["replace no elements"],
  },
  {
    what: "an api has to have a name: bad_name",
    why: "the original makes a function `undefined`",
    rows: ["api no name"],
  },
  {
    what: "no #action{} and no #transfer{}",
    why:
      "the first is a base of records, the second puts values into the process: nitro.state and cx.self do that",
    rows: [
      "action base record",
      "action with module that is not there",
      "action record with target",
      "transfer state list",
      "transfer state single",
      "transfer events",
      "transfer nothing",
    ],
  },
  {
    what: "events are sent as {pickle, …} only",
    why: "the original's server answers no {bin, …} any more, and {bpe, …} is a page's own affair",
    rows: ["wf_event:new(bin, hello)", "wf_event:new(bin, {a,<<208,150>>})", "with env n2o event = bpe"],
  },
  {
    what: 'an input has no multiple="false"',
    why: "see the deviations of elements",
    rows: ["update with validation"],
  },
];

/** A difference of conversions. */
export interface EscapeDeviation {
  /** What is different here. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** In how many rows. */
  readonly rows: number;
  /** Whether a row is one; of several differences the first counts. */
  is(row: EscapeRow, name: string): boolean;
}

const TICKS = ['nitro:hte(<<"\\"\'`&">>)', 'nitro:hte("\\"\'`&")'];

/** Of the rows `escape`. */
export const ESCAPE_DEVIATIONS: readonly EscapeDeviation[] = [
  {
    what: "every term with a text is taken",
    why: "the original crashes on binaries, atoms, numbers or characters above 255, each function on others",
    rows: 32,
    is: ({ error }) => error !== undefined,
  },
  {
    what: "in JavaScript `<script`, `</script`, `<!--`, `${`, U+2028 and U+2029 are escaped",
    why: "they end an inline script, run code between backquotes, or were line ends",
    rows: 4,
    is: ({ fn }) => fn === "nitro:js_escape",
  },
  {
    what: "a backquote in HTML is &#96;, and stays as it is with `whites`",
    why: "the original makes an apostrophe of it",
    rows: 5,
    is: (_, name) => TICKS.includes(name) || name.startsWith("nitro_conv:html_encode(") && name.includes("`"),
  },
  {
    what: "text is UTF-8, and characters above 255 are not made entities",
    why:
      "the original reads binaries as Latin-1 in some places, and writes entities for lists of characters only",
    rows: 12,
    is: (_, name) => /[^\0-\x7f]|\[1046\]|\[128512\]|255/.test(name),
  },
  {
    what: "HTML in lists is escaped",
    why: "the original leaves binaries and strings in a list as they are",
    rows: 4,
    is: (_, name) => name.includes('[<<"<">>]') || name.includes('["<"]'),
  },
  {
    what: "html_encode/2 with true or false is not there",
    why: "it gives back its text; raw() says what is HTML",
    rows: 4,
    is: (_, name) => /, (true|false)\)$/.test(name),
  },
  {
    what: "the binary of a tuple is its text",
    why: "the original gives its external format, which nothing reads again",
    rows: 2,
    is: (_, name) => name.startsWith("nitro:to_binary({"),
  },
  {
    what: "a number in a list is a number, but among nothing else than characters",
    why: "the original takes it for a character in to_atom, and for a number in to_list and atom/1",
    rows: 2,
    is: (_, name) => name === 'nitro:to_atom(["a",98])' || name === 'nitro:atom("abc")',
  },
  {
    what: "compact keeps line ends, and all elements of long tuples",
    why: "the original loses a lone line end, and what comes after the ninth element",
    rows: 2,
    is: ({ fn }) => fn === "nitro:compact",
  },
];
