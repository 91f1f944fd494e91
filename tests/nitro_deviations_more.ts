/**
 * Where what comes out here differs from the rows of `nitro_more.json`: what is different, why, and in how many rows.
 *
 * A row that differs in anything that none of these is about fails its test.
 *
 * @module
 */
import { type Difference, textOf } from "./nitro_more_rows.ts";
import type { EscapeRow } from "./nitro_action_rows.ts";
import { recordedTerm, type Tagged } from "./nitro_vector.ts";
import { Tuple } from "../lib/term.ts";

/** One difference. */
export interface MoreDeviation {
  /** What is different here. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** In how many rows. */
  readonly rows: number;
  /** Whether it is about something that differs. */
  of(difference: Difference): boolean;
}

/** An attribute that is there only here, with the text of its field. */
function isAdded({ part, name, from, to, fields }: Difference, field = name!.replaceAll("-", "_")): boolean {
  return part === "attribute" && from === undefined && to === textOf(fields[field]);
}

/** An attribute that says yes, and is there only here. */
function isFlagged({ part, name, from, to, fields }: Difference): boolean {
  return part === "attribute" && from === undefined && (to === name || to === "") &&
    textOf(fields[name!]) === "true";
}

/** A pair of data_fields or aria_states that is there only here. */
function isPair(difference: Difference): boolean {
  const { data_fields, aria_states } = difference.fields;
  const pairs = [data_fields, aria_states].flatMap((list) => (list?.list ?? []) as { tuple: Tagged[] }[]);
  const pair = pairs.find(({ tuple: [name] }) => textOf(name) === difference.name);
  return difference.part === "attribute" && difference.from === undefined && pair !== undefined &&
    (textOf(pair.tuple[1]) ?? "") === difference.to;
}

const COMMON = new Set(
  "accesskey class contenteditable contextmenu dir draggable dropzone hidden id lang role spellcheck style tabindex title translate"
    .split(" "),
);
const OWN = new Set(
  ("button.form button.formaction button.formenctype button.formmethod button.formtarget hidden.name image.usemap input.form " +
    "input_button.form li.value month.list radio.form select.form select.size submit.form submit.formaction submit.formenctype " +
    "submit.formmethod submit.formtarget submit.name submit.value td.headers textbox.dirname textbox.form textbox.list textbox.pattern " +
    "textbox.size th.headers").split(" "),
);
const FLAGS = new Set(
  ("button.autofocus button.formnovalidate command.checked image.ismap option.disabled option.selected radio.autofocus select.autofocus " +
    "submit.autofocus submit.disabled submit.formnovalidate").split(" "),
);
const WORDS = /^(?:enctype|preload|seamless)$/;
const IDLE =
  /\{var x=qi\('[^']*'\); x && x\.addEventListener\('[a-z]+',function \(event\)\{ event\.preventDefault\(\); (?:alert\("c"\);)?\}\);\};/g;
const CONTROL = /^(?:calendar|combo|multipleInput|sortable_)/;

/** A term that is no id: a selector, or a number. */
function isSelector(tagged: Tagged | undefined): boolean {
  return tagged !== undefined && (recordedTerm(tagged) instanceof Tuple || "int" in tagged);
}

/** Whether two texts are the same but for what a pattern finds. */
function isBut({ part, from, to }: Difference, wanted: Difference["part"], ...patterns: RegExp[]): boolean {
  const clean = (text = "") => patterns.reduce((all, one) => all.replace(one, ""), text);
  return part === wanted && from !== to && clean(from) === clean(to);
}

/** The differences; the first that is about something counts. */
export const moreDeviations: readonly MoreDeviation[] = [
  {
    what:
      "every element prints the attributes that every element has: role, `aria-…`, title, translate and so on",
    why: "the original's own renderers, and those of its controls, forget them, each others",
    rows: 393,
    of: (one) =>
      one.part === "attribute" &&
      (COMMON.has(one.name!) && isAdded(one) || isPair(one) || one.name === "id" && one.from === undefined),
  },
  {
    what: "elements print their own fields",
    why: "the original's forget some of them",
    rows: 131,
    of: (one) =>
      OWN.has(`${one.element}.${one.name}`) &&
        (isAdded(one) || one.name === "name" && isAdded(one, "html_name")) ||
      FLAGS.has(`${one.element}.${one.name}`) && isFlagged(one),
  },
  {
    what: "a boolean attribute that is false is not there",
    why: 'HTML takes `multiple="false"` and the like for true',
    rows: 198,
    of: (one) =>
      one.part === "attribute"
        ? /^(?:multiple|autofocus|disabled)$/.test(one.name!) && one.from === "false" && one.to === undefined
        : isBut(one, "actions", / multiple="false"/g),
  },
  {
    what: "`textbox` is disabled when `disabled` says so, and only then",
    why: "the original's is disabled always, and prints `disabled` a second time",
    rows: 62,
    of: (one) =>
      isBut(one, "actions", /(?<=<input[^>]* type="text"[^>]*) disabled="disabled"/g) ||
      one.part === "attribute" && one.element === "textbox" && /^disabled2?$/.test(one.name!) &&
        one.to ===
          (textOf(one.fields.disabled) === "true" && one.name === "disabled" ? "disabled" : undefined),
  },
  {
    what: "`autocomplete` is what is given, and `on` or `off` for a boolean",
    why: "the original's elements take booleans only, or print `true`, or forget it",
    rows: 52,
    of: ({ part, name, to, fields }) => {
      const given = textOf(fields.autocomplete);
      return part === "attribute" && name === "autocomplete" &&
        to === (given === "true" ? "on" : given === "false" ? "off" : given);
    },
  },
  {
    what: "words such as a method or an encoding are taken whatever their kind",
    why: "the original takes one kind of text only",
    rows: 6,
    of: (one) =>
      WORDS.test(one.name ?? "") && isAdded(one) ||
      one.part === "attribute" && one.name === "method" && one.to === textOf(one.fields.method),
  },
  {
    what: "`meta` prints `http-equiv`; `inputImage` has no `formnovalue`, `textarea` no second `form`",
    why: "no browser knows what the original prints",
    rows: 15,
    of: ({ part, name, element, from, to, fields }) =>
      part === "attribute" &&
      (element === "meta" && /^http.equiv$/.test(name!) && (to ?? from) === textOf(fields.http_equiv) ||
        name === "formnovalue" && to === undefined ||
        element === "textarea" && /^form2?$/.test(name!) && from === textOf(fields.wrap)),
  },
  {
    what: "`radiogroup` puts spaces between its classes",
    why: "the original runs them together",
    rows: 3,
    of: ({ element, name, from, to }) =>
      element === "radiogroup" && name === "class" && from?.replaceAll(" ", "") === to?.replaceAll(" ", ""),
  },
  {
    what: "`option` has an end tag; `br`, `hr` and `col` have no body",
    why: "void elements cannot, and an option is none",
    rows: 32,
    of: ({ part, element, from, to }) =>
      part === "html" && element === "option" && isEnded(from!, to!) ||
      /^(?:br|hr|col)$/.test(element) && (part !== "html" ? to === "" : /^<\w+[^>]*\/>$/.test(to!)),
  },
  {
    what: "`textarea`'s value is its text",
    why: "the original prints a value that browsers do not read",
    rows: 7,
    of: ({ part, element, from, to, fields }) =>
      element === "textarea" &&
      (part === "html"
        ? to!.endsWith(`>${textOf(fields.value)}</textarea>`) &&
          from!.includes(` value="${textOf(fields.value)}"`)
        : part === "attribute"),
  },
  {
    what: "`colgroup` draws its `col`",
    why: "the original forgets it",
    rows: 5,
    of: ({ part, element, from, to }) =>
      part === "html" && element === "colgroup" && !from!.includes("<col/>") && to!.includes("<col/>"),
  },
  {
    what:
      "`submit` does what its `click` says; without it, it listens to nothing, as does what has no message",
    why: "the original drops these actions: its listener only keeps the form from being sent",
    rows: 41,
    of: (one) => /^(?:submit|link)$/.test(one.element) && isBut(one, "actions", IDLE),
  },
  {
    what: "`radio`, `tr` and `confirm` send the values of their sources, `submit` sends to its `delegate`",
    why: "the original's forget them",
    rows: 9,
    of: (one) =>
      one.element === "submit"
        ? one.part === "events" &&
          one.to === one.from!.replace("{ev,index,", `{ev,${textOf(one.fields.delegate)},`)
        : /^(?:radio|tr|confirm)$/.test(one.element) && one.fields.source !== undefined &&
          isBut(
            one,
            "actions",
            /(?<=validateSources\()\[[^\]]*\]/g,
            /(?:^|,|(?<=\[))tuple\((?:atom|bin|string)\('[^)]*\),[^)]*\)\)?/g,
          ),
  },
  {
    what: "the trigger of `confirm` and `api` is text of one kind",
    why: "the original's is a list of characters for some, and a binary for others",
    rows: 16,
    of: (one) =>
      /^(?:confirm|api)$/.test(one.element) && one.part === "events" &&
      one.from!.replace(/(?<=,)"[^"]*"(?=,(?:api_)?event)/, "<<$&>>") === one.to,
  },
  {
    what: "a calendar begins with no day, and without a first and a last one, and has no body",
    why: "the original's last day is 2019-02-02, and clamps its own value; an input has no end tag",
    rows: 28,
    of: (one) =>
      one.element === "calendar" &&
      (isBut(one, "actions", /(?:defaultDate|minDate|maxDate): [^\n]*/g) ||
        one.part === "html" && one.to!.endsWith("/>")),
  },
  {
    what: "a control's validation is wired once, and its data-bind written once",
    why: "the original wires it at each of its parts",
    rows: 19,
    of: (one) =>
      CONTROL.test(one.element) &&
      (one.part === "actions" && one.fields.validation !== undefined ||
        one.name === "data-bind2" && one.to === undefined),
  },
  {
    what: "selectors and numbers are targets of every action, and what is done to {qa,_} is done to each",
    why: "the original looks for an id that is the tuple's text, or does things to an array",
    rows: 89,
    of: ({ part, fields }) => (part === "actions" || part === "events") && isSelector(fields.target),
  },
  {
    what:
      "insertTop and insertBottom put in all that they are given, parts of a table too, and nothing for nothing",
    why: "the original keeps the first element and loses the others, or a part's tag, and fails without one",
    rows: 6,
    of: ({ part, element }) => part === "actions" && /^insert_(?:top|bottom)$/.test(element),
  },
  {
    what:
      "jq takes one method by its name and numbers as values, and escapes quoted arguments; replace without elements does nothing",
    why: "the original calls the character codes of the name, sets an empty text, or ends its own string",
    rows: 6,
    of: ({ part, element, fields, from, to }) =>
      part === "actions" &&
      (element === "jq" &&
          ("string" in (fields.method ?? {}) || "int" in (fields.right ?? {}) ||
            textOf(fields.format) === "'~s'" && to!.replaceAll("\\'", "'") === from) ||
        element === "replace" && (to === "" || to!.replaceAll("\\n", "\n") === from)),
  },
];

function isEnded(from: string, to: string): boolean {
  const attributes = from.slice("<option".length, -"/>".length).match(/ [\w-]+="[^"]*"/g) ?? [];
  return from.endsWith("/>") && to.endsWith("></option>") && attributes.every((one) => to.includes(one));
}

/** A difference of conversions. */
export interface MoreConversion {
  /** What is different here. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** In how many rows. */
  readonly rows: number;
  /** Whether a row is one. */
  is(row: EscapeRow, name: string): boolean;
}

/** Of the conversions; the first that is about a row counts. */
export const moreConversions: readonly MoreConversion[] = [
  {
    what: "a number in a list is a number, but among nothing else than characters",
    why: "the original takes it for a character here, and for a number there",
    rows: 18,
    is: ({ in: [first] }) =>
      first.list !== undefined && (first.list as Tagged[]).some((one) => "int" in one || "float" in one),
  },
  {
    what: "a backquote in HTML is &#96;",
    why: "the original makes an apostrophe of it",
    rows: 2,
    is: ({ fn }, name) => /:(?:hte|html_encode)$/.test(fn) && name.includes("`"),
  },
  {
    what: "the binary of a tuple is its text",
    why: "the original gives its external format, which nothing reads again",
    rows: 4,
    is: ({ fn, in: [first] }) => fn === "nitro:to_binary" && first.tuple !== undefined,
  },
  {
    what: "compact escapes text of both kinds",
    why: "the original leaves binaries as they are, and escapes lists of characters",
    rows: 5,
    is: ({ fn, in: [first] }) => fn === "nitro:compact" && first.binary !== undefined,
  },
  {
    what: "atom/1 takes a list of characters for text",
    why: "the original puts `_` between the codes of its letters",
    rows: 7,
    is: ({ fn, in: [first] }) => fn === "nitro:atom" && first.string !== undefined,
  },
  {
    what: "strings in a list are text, with `whites` too",
    why: "the original writes the codes of their letters there",
    rows: 3,
    is: ({ in: [first, second] }) => second?.atom === "whites" && first.list !== undefined,
  },
];
