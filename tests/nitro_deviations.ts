/**
 * Where this project's NITRO differs from the original's on purpose: what, why, and in how many of the recorded rows.
 *
 * The tests apply these to what was recorded and compare the outcome with what comes out here, so that a row that differs in any
 * other way fails, as does a deviation that is none any more.
 *
 * @module
 */
import type { ElementRow, TaggedFields } from "./nitro_vector.ts";
import { recordedBody } from "./nitro_vector.ts";

/** What a row gives: HTML and JavaScript, or an error. */
export interface Outcome {
  /** The HTML. */
  readonly html?: string;
  /** The JavaScript that is wired. */
  readonly actions?: string;
  /** The sealed events, as Erlang writes them, a line each. */
  readonly events?: string;
  /** The code of the error, or what the original's was. */
  readonly error?: string;
}

/** One way in which rows differ. */
export interface Deviation {
  /** What is different. */
  readonly what: string;
  /** Why. */
  readonly why: string;
  /** In how many rows. */
  readonly rows: number;
  /** What the recorded outcome of a row becomes by it; the same object when it does not concern the row. */
  change(recorded: Outcome, row: ElementRow, fields: TaggedFields): Outcome;
}

/** The rows `element/case` (or the case alone, where there is no element), and what becomes of each. */
function cases(
  what: string,
  why: string,
  given: Readonly<Record<string, string | Outcome | Replacement>>,
): Deviation {
  return {
    what,
    why,
    rows: Object.keys(given).length,
    change(recorded, row) {
      const key = keyOf(row);
      const own = Object.hasOwn(given, key) ? given[key] : undefined;
      if (own === undefined) return recorded;
      if (typeof own === "string") return { html: own, actions: recorded.actions, events: recorded.events };
      if (!Array.isArray(own)) return own as Outcome;
      return own.reduce((outcome, [from, to]) => {
        if (!outcome.html?.includes(from)) throw new Error(`${key}: ${from} is not in ${outcome.html}`);
        return { ...outcome, html: outcome.html.replace(from, to) };
      }, recorded);
    },
  };
}

type Replacement = readonly (readonly [from: string, to: string])[];

/** How a row is named in this file. */
export function keyOf(row: ElementRow): string {
  return row.element === undefined ? row.case : `${row.element}/${row.case}`;
}

/** A change of the HTML of whichever rows it changes. */
function html(
  what: string,
  why: string,
  rows: number,
  change: (html: string, row: ElementRow, fields: TaggedFields) => string,
): Deviation {
  return {
    what,
    why,
    rows,
    change(recorded, row, fields) {
      if (recorded.html === undefined) return recorded;
      const changed = change(recorded.html, row, fields);
      return changed === recorded.html ? recorded : { ...recorded, html: changed };
    },
  };
}

/** A change of the JavaScript of whichever rows it changes. */
function actions(
  what: string,
  why: string,
  rows: number,
  change: (js: string, row: ElementRow, fields: TaggedFields) => string,
): Deviation {
  return {
    what,
    why,
    rows,
    change(recorded, row, fields) {
      const changed = change(recorded.actions ?? "", row, fields);
      return changed === (recorded.actions ?? "") ? recorded : { ...recorded, actions: changed };
    },
  };
}

/** The attributes of every element that the original's own renderers forget, in the order in which they are added. */
const TAIL = [
  "accesskey",
  "contenteditable",
  "contextmenu",
  "dir",
  "draggable",
  "dropzone",
  "hidden",
  "lang",
  "spellcheck",
  "tabindex",
  "title",
  "translate",
];

/** Elements that print none of these, not even their id. */
const BARE = new Set(["optgroup", "option"]);

function addForgotten(recorded: string, row: ElementRow, fields: TaggedFields): string {
  const whole = row.fields_set === "common" || row.fields_set === "global" || row.case === 'translate "yes"';
  if (!whole && !BARE.has(row.element ?? "")) return recorded;
  const end = /^<[^>]*?(?= disabled="disabled">|\/?>)/.exec(recorded);
  if (end === null) return recorded;
  let tag = end[0];
  const add = (name: string, value: unknown) => {
    if (value !== undefined && !tag.includes(` ${name}=`)) tag += ` ${name}="${value}"`;
  };
  const text = (name: string) => {
    const value = fields[name] === undefined ? undefined : recordedBody(fields[name]);
    return Array.isArray(value)
      ? value.map(nameOf).join(" ")
      : value === undefined
      ? undefined
      : nameOf(value);
  };
  if (tag.includes(" accesskey=") && !tag.includes(" translate=")) {
    tag = tag.replace(/ title="[^"]*"/, `$& translate="${text("translate")}"`);
  }
  if (BARE.has(row.element ?? "")) { for (const name of ["id", "class", "style"]) add(name, text(name)); }
  const pairs = (name: string) =>
    ((fields[name] as { list?: { tuple: [TaggedFields, TaggedFields] }[] } | undefined)?.list ?? [])
      .forEach(({ tuple: [key, value] }) => add(nameOf(recordedBody(key)), nameOf(recordedBody(value))));
  pairs("data_fields");
  add("role", text("role"));
  pairs("aria_states");
  for (const name of TAIL) add(name, text(name));
  return tag + recorded.slice(end[0].length);
}

function nameOf(value: unknown): string {
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : String(value);
}

/** A click's listener that does nothing. */
const IDLE =
  /\{var x=qi\('[^']*'\); x && x\.addEventListener\('click',function \(event\)\{ event\.preventDefault\(\); \}\);\};/;

/** The outcome of a button with the id `a` and the postback `go`. */
function clicked(ids: string, values: string): Outcome {
  const sent =
    `ws.send(enc(tuple(atom('pickle'),bin('a'),bin('<PICKLED>'),[tuple(tuple(bin('a'),bin('detail')),[])${values}])));`;
  const send = `{ if (validateSources([${ids}],'a')) {  ${sent} } else console.log('Validation Error'); }`;
  return {
    html: '<button id="a" type="button"></button>',
    actions:
      `{var x=qi('a'); x && x.addEventListener('click',function (event){ event.preventDefault(); ${send}});};`,
    events: '{ev,index,go,<<"a">>,event}',
  };
}

/** The parts of a table that the original draws when they are not given. */
const PARTS = "<caption></caption><colgroup></colgroup><thead></thead><tfoot></tfoot>";
const ROW = '<tr id="r1" style=""><td rowspan="1" colspan="1">1</td></tr>';
const GLOBAL =
  'role="note" aria-label="L" accesskey="k" contenteditable="true" contextmenu="m1" dir="ltr" draggable="true" ' +
  'dropzone="copy" hidden="hidden" lang="uk" spellcheck="false" tabindex="3" title="T t" translate="no"';

/** The deviations of the elements. They are applied one after another. */
export const elementDeviations: readonly Deviation[] = [
  html(
    "`&` in an attribute is `&amp;`",
    "the original escapes nothing: `&copy=1` in a URL would become another character",
    16,
    (html) => html.replace(/="([^"]*)"/g, (_, value: string) => `="${value.replaceAll("&", "&amp;")}"`),
  ),
  html(
    "`textbox` is disabled when `disabled` says so, and only then",
    "the original's is disabled always, and prints `disabled` a second time",
    12,
    (html, row, fields) =>
      row.element !== "textbox" ? html : html.replace(/ disabled="(true|false)"/, "").replace(
        ' disabled="disabled"',
        (fields.disabled as { atom?: string } | undefined)?.atom === "true" ? "$&" : "",
      ),
  ),
  html(
    "a boolean attribute that is false is not there",
    'HTML takes `multiple="false"`, `autofocus="false"` and `disabled="false"` for true',
    23,
    (html) => html.replace(/ (?:multiple|autofocus|disabled)="false"/g, ""),
  ),
  html(
    "`autocomplete` of `input` is `on` or `off`",
    'HTML knows no `autocomplete="true"`',
    1,
    (html, row) =>
      row.element === "input" ? html.replace(' autocomplete="true"', ' autocomplete="on"') : html,
  ),
  html(
    "`inputImage` has `formnovalidate`, not `formnovalue`",
    "HTML knows no such attribute",
    2,
    (html) => html.replace(/ formnovalue="[a-z]*"/, ""),
  ),
  html(
    "`option` has an end tag",
    "it is no void element: what followed would stand in it",
    6,
    (html) => html.replace(/(<option\b[^>]*?)\/>/g, "$1></option>"),
  ),
  html(
    "`br`, `hr` and `col` have no body",
    "void elements cannot: `</br>` is a second line break, and text in a `colgroup` moves out of the table",
    7,
    (html, row) =>
      /^(?:br|hr|col)$/.test(row.element ?? "") ? html.replace(/>[^]*<\/(?:br|hr|col)>$/, "/>") : html,
  ),
  html(
    "`meta` prints `http-equiv`",
    "the original prints `http_equiv`, which no browser knows",
    2,
    (html) => html.replace(" http_equiv=", " http-equiv="),
  ),
  html(
    "`radiogroup` puts spaces between its classes",
    "the original runs them together",
    1,
    (html) => html.replace('"radiogroup ab"', '"radiogroup a b"'),
  ),
  html(
    "every element prints the attributes that every element has: role, `aria-…`, title, translate and so on",
    "the original's own renderers forget them, each others",
    110,
    addForgotten,
  ),
  cases("elements print their own fields", "the original's forget some of them", {
    "image/own fields": [['src="/u?a=1&amp;b=2"', '$& ismap="ismap" usemap="v-usemap"']],
    "image/own fields, other kinds": [['src="s src"', '$& usemap="s usemap"']],
    "button/own fields, other kinds": [[
      ' value="s value"',
      '$& form="s form" formaction="s formaction" formenctype="s formenctype" formmethod="s formmethod" formtarget="s formtarget"',
    ]],
    "select/own fields, other kinds": [[' name="s name"', '$& form="s form" size="7"']],
    "input/own fields": [[' required="required"', '$& form="v-form"']],
    "input_button/own fields": [[' value="v-value"', '$& form="v-form"']],
    "input_button/own fields, other kinds": [[' value="s value"', '$& form="s form"']],
    "month/own fields": [[" autofocus=", ' autocomplete="on"$&'], [" max=", ' list="v-list"$&']],
    "month/own fields, other kinds": [[' form="s form"', ' autocomplete="off"$& list="s list"']],
    "radio/own fields": [[' required="required"', '$& autofocus="autofocus" form="v-form"']],
    "radio/own fields, other kinds": [[' name="s html_name"', '$& form="s form"']],
    "submit/own fields": [[
      ' type="submit"',
      '$& value="v-value" autofocus="autofocus" disabled="disabled" form="v-form" formaction="/u?a=1&amp;b=2"' +
      ' formenctype="v-formenctype" formmethod="v-formmethod" formnovalidate="formnovalidate" formtarget="v-formtarget" name="v-name"',
    ]],
    "submit/own fields, other kinds": [[
      ' type="submit"',
      '$& value="s value" form="s form" formaction="s formaction" formenctype="s formenctype" formmethod="s formmethod"' +
      ' formtarget="s formtarget" name="s name"',
    ]],
    "textbox/own fields": [[
      ' required="required"',
      '$& autocomplete="on" dirname="v-dirname" form="v-form" list="v-list" pattern="v-pattern" size="10"',
    ]],
    "textbox/own fields, other kinds": [[
      ' value="s value"',
      '$& autocomplete="off" dirname="s dirname" form="s form" list="s list" pattern="s pattern" size="7"',
    ]],
    "command/own fields": [[' type="checkbox"', '$& checked="checked"']],
    "command/command default": [["<command", '$& checked="checked"']],
    "li/own fields": [[' id="e3"', '$& value="v-value"']],
    "li/own fields, other kinds": [[' id="e4"', '$& value="s value"']],
    "td/own fields": [[' scope="v-scope"', '$& headers="v-headers"']],
    "td/td headers": [[' colspan="1"', '$& headers="h1"']],
    "th/own fields, other kinds": [[' scope="s scope"', '$& headers="s headers"']],
    "colgroup/own fields": [["></colgroup>", '><col span="1"/></colgroup>']],
    "dropdown/dropdown value": [[' value="b"', ' selected="selected"$&']],
    "dropdown/dropdown postback, no id": [["<select", '$& id="<AUTO1>"']],
    "option/option selected empty value": [["<option", "$& selected"]],
  }),
  cases(
    "words such as a direction, a method or a shape are taken whatever their kind",
    "the original takes Erlang's strings only, here both kinds are JavaScript's text",
    {
      "area/own fields, other kinds": [[' rel="s rel"', '$& shape="rect"']],
      "audio/own fields, other kinds": [[' mediagroup="s mediagroup"', '$& preload="auto"']],
      "track/own fields, other kinds": [[' id="e4"', '$& kind="captions"']],
      "form/own fields, other kinds": [[' method="get"', ' enctype="multipart/form-data" method="post"']],
      "menu/own fields, other kinds": [[' label="s label"', '$& type="context"']],
      "fieldset/dir binary": [["<fieldset", '$& dir="rtl"']],
      "fieldset/hidden binary": [["<fieldset", '$& hidden="hidden"']],
      "fieldset/hidden true": [["<fieldset", '$& hidden="hidden"']],
      "panel/hidden true": [['hidden="true"', 'hidden="hidden"']],
      'fieldset/contenteditable "true"': [["<fieldset", '$& contenteditable="true"']],
      "panel/class string": [["98 116 110 32 98 105 103", "btn big"]],
      "button/button class string": [["98 116 110 32 98 105 103", "btn big"]],
      "td/td body int": [["\x05", "5"]],
    },
  ),
  cases("`translate` comes from `translate`", "the original computes it from `contenteditable`", {
    'fieldset/contenteditable "yes" gives translate': [[' translate="yes"', ""]],
    'textarea/contenteditable "no" gives translate': [[' translate="no"', ""]],
  }),
  cases(
    "`textarea` prints `wrap` under its name, and its value as its text",
    "the original prints `form`, and a value that browsers do not read",
    {
      "textarea/own fields, other kinds": [[
        ' form="hard" value="s value"></textarea>',
        ' wrap="hard">s value</textarea>',
      ]],
      "textarea/textarea value": [[' value="v"></textarea>', ">v</textarea>"]],
    },
  ),
  cases(
    "nothing is drawn when `showIf` is false",
    "the original's elements without a renderer of their own do not ask",
    {
      "span/show_if_false": "",
      "optgroup/show_if_false": "",
      "option/option show_if false": "",
    },
  ),
  cases("`table` takes a `tfoot` as it is", "the original wraps it in another one", {
    "table/table footer record": [["<tfoot><tfoot>", "<tfoot>"], ["</tfoot></tfoot>", "</tfoot>"]],
  }),
  cases("text is escaped", "the original puts it out as HTML; here `raw()` does", {
    binary: "&lt;b&gt;raw&lt;/b&gt;",
    string: "&lt;b&gt;raw&lt;/b&gt;",
    "literal/literal whites": " a  &lt;b",
    "literal/literal list of binaries": "&lt;&gt;",
    "iframe/iframe srcdoc": '<iframe seamless="seamless" srcdoc="&amp;lt;p&amp;gt;"></iframe>',
  }),
  cases("an element's `module` is no field", "who draws an element is known by its kind", {
    "button/module undefined": '<button type="submit">x</button>',
    "button/module []": '<button type="button">x</button>',
    "panel/module that does not exist": "<div></div>",
  }),
  cases(
    "an action in the place of an element, an element in a style sheet, and a tuple as text are errors",
    "none of them can stand there",
    {
      "panel/body action record": { error: "no_text" },
      "action in render": { error: "no_text" },
      "list of action and element": { error: "no_text" },
      "style/common": { error: "bad_field" },
      "panel/id tuple": { error: "no_text" },
      "button/button id tuple": { error: "no_text" },
      "panel/body tuple": { error: "no_text" },
      "panel/data_fields not pairs": { error: "bad_field" },
      tuple: { error: "no_text" },
      "submit/common": { error: "no_text" },
    },
  ),
  cases("no element poses as an action", "what it is is known by its kind", {
    "element with action ancestor field": { error: "no_counterpart" },
  }),
  cases(
    "`spinner` is drawn: a text with the role `status`, beside its picture or a ring",
    "the original's has no renderer, and crashes",
    {
      "spinner/empty": '<div class="n2o-spinner" role="status">Loading …</div>',
      "spinner/id_body": '<div id="e1" class="n2o-spinner" role="status">Text</div>',
    },
  ),
  cases(
    "what the original crashes on, or writes in no UTF-8, is drawn",
    "there is one meaning that it can have",
    {
      "literal/id_body": "Text",
      "literal/global": "B",
      "literal/literal encoded": "&lt;a href='x'&gt;\"&amp;`\n",
      "literal/literal cyrillic binary": "Ж&lt;",
      "literal/literal element body": "<span>&lt;</span>",
      "literal/literal atom": "a&lt;b",
      "literal/literal int": "5",
      "dropdown/empty": "<select></select>",
      "dropdown/id_body": '<select id="e1"></select>',
      "dropdown/dropdown no options": '<select id="d"></select>',
      "radiogroup/id_body": '<div id="e1" class="radiogroup ">Text</div>',
      "option/empty": "<option></option>",
      "option/id_body": '<option id="e1">Text</option>',
      "option/option default": "<option></option>",
      "select/select bad option": '<select id="s"><option value="1"></option></select>',
      "input/common":
        '<input class="a b" id="e2" style="top:0" data-x="1" aria-hidden="true"><span>in</span> txt </input>',
      "input/global":
        '<input accesskey="k" class="btn big wide" contenteditable="true" contextmenu="m1" dir="ltr" draggable="true" ' +
        'dropzone="copy" hidden="hidden" id="g1" lang="uk" spellcheck="false" style="color:red" tabindex="3" title="T t" ' +
        'translate="no" data-bind="g20AAAADYm5k" onkeypress="kp()" onkeyup="ku()" onkeydown="kd()" onclick="c()" onchange="ch()" ' +
        'data-a="1" data-b="two" data-c="3" role="note" aria-label="L">B</input>',
      "input/input aria states": '<input id="i" aria-label="L"/>',
      "input/input id list of atoms": '<input id="ab"/>',
      "checkbox/common":
        '<label class="a b" style="top:0" for="e2"><input class="a b" id="e2" style="top:0" data-toggle="checkbox" ' +
        'type="checkbox" data-x="1" aria-hidden="true"></input><span>in</span> txt </label>',
      "checkbox/checkbox label other":
        '<label for="c"><input id="c" data-toggle="checkbox" type="checkbox"></input></label>',
      "table/id_body": `<table id="e1">${PARTS}<tbody>Text</tbody></table>`,
      "table/common":
        `<table id="e2" class="a b" style="top:0" data-x="1" aria-hidden="true">${PARTS}<tbody><span>in</span> txt </tbody></table>`,
      "table/global":
        `<table id="g1" class="btn big wide" style="color:red" data-a="1" data-b="two" data-c="3" ${GLOBAL}>${PARTS}<tbody>B</tbody></table>`,
      "table/table body list with a string": `<table id="t">${PARTS}<tbody>astr</tbody></table>`,
      "table/table list of rows":
        `<table id="t">${PARTS}<tbody>${ROW}<tr id="r2" style=""></tr></tbody></table>`,
      "table/table one row": `<table id="t">${PARTS}<tbody>${ROW}</tbody></table>`,
      "table/table body binary": `<table>${PARTS}<tbody>x</tbody></table>`,
      "table/table body undefined": `<table>${PARTS}<tbody></tbody></table>`,
      "table/table caption etc. []": '<table id="t"><tbody><tr id="r" style=""></tr></tbody></table>',
      "panel/body string cyrillic": "<div>Пр</div>",
      "panel/body int above 255": "<div>Ĭ</div>",
      "panel/body float": "<div>1.5</div>",
      "panel/body list of atoms": "<div>ab</div>",
      "button/button body nested list": '<button type="button"><span>x</span></button>',
      "li/li body nested list": "<li><span>x</span>y</li>",
      "panel/id cyrillic atom": '<div id="поле"></div>',
      "panel/id latin1 atom": '<div id="café"></div>',
      "panel/class int": '<div class="5"></div>',
      "panel/data-toggle atom key list": '<div data-toggle="modal x"></div>',
      "panel/title list of atoms": '<div title="ab"></div>',
      "panel/bind tuple": '<div data-bind="g2gCZAABYWEB"></div>',
      "panel/html_tag atom": "<article>x</article>",
      "date/date value tuple": '<input id="d" type="date" value="2024-02-29"/>',
      atom: "foo",
      integer: "65",
    },
  ),
  actions(
    "`submit` does what its `click` says",
    "the original drops these actions: its listener only keeps the form from being sent",
    2,
    (js, row, { click }) => {
      const text = (click as unknown as { fields?: TaggedFields } | undefined)?.fields?.text?.string;
      if (row.element !== "submit" || text === undefined) return js;
      return js.replace(IDLE, (listener) => listener.replace(" });};", ` alert("${text}");});};`));
    },
  ),
  actions(
    "`submit` without `click`, and a link without a message, listen to nothing",
    "the original's listener only keeps the form from being sent",
    6,
    (js, row) => /^(?:submit|link)$/.test(row.element ?? "") ? js.replace(IDLE, "") : js,
  ),
  actions(
    "`radio` and `tr` send the values of their sources",
    "the original's forget them",
    4,
    (js, row, fields) => {
      if (!/^(?:radio|tr)$/.test(row.element ?? "") || fields.source === undefined) return js;
      const sources = (fields.source.list as TaggedFields[]).map((
        one,
      ) => [Object.keys(one)[0], nameOf(Object.values(one)[0])]);
      const ids = sources.map(([, id]) => `'${id}'`).join(",");
      const values = sources.map(([kind, id]) =>
        `,tuple(${kind === "atom" ? "atom" : "bin"}('${id}'),querySource('${id}'))`
      );
      return js.replace("validateSources([]", `validateSources([${ids}]`).replace(
        "'detail')),[])",
        `$&${values.join("")}`,
      );
    },
  ),
  {
    what: "`submit` sends to its `delegate`",
    why: "the original's sends to the page's module always",
    rows: 2,
    change(recorded, row, fields) {
      if (row.element !== "submit" || fields.delegate === undefined) return recorded;
      return { ...recorded, events: recorded.events?.replace("{ev,index,", "{ev,other,") };
    },
  },
  cases(
    "one source stands for a list of it, and none for an empty list",
    "the original takes a text apart into the numbers of its letters, crashes on an atom, or listens to nothing",
    {
      "button/source undefined": clicked("", ""),
      "button/source atom": clicked("'name'", ",tuple(atom('name'),querySource('name'))"),
      "button/source one string": clicked("'name'", ",tuple(string('name'),querySource('name'))"),
      "button/source int": clicked("'\x05'", ",tuple(string('\x05'),querySource('\x05'))"),
      "button/source cyrillic atom": clicked("'поле'", ",tuple(atom('поле'),querySource('поле'))"),
    },
  ),
];
