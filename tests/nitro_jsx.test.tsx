/** @jsxImportSource @n2o/n2o/nitro */
// deno-lint-ignore-file jsx-button-has-type jsx-key jsx-no-useless-fragment jsx-void-dom-elements-no-children -- NITRO has no such rules
/**
 * JSX over NITRO's elements.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { atom, tuple } from "@n2o/n2o";
import {
  alert,
  button,
  calendar,
  comboLookup,
  elements,
  link,
  multipleInput,
  NitroError,
  panel,
  raw,
  render,
  sortableList,
  span,
  spinner,
  submit,
  textbox,
} from "@n2o/n2o/nitro";
import { jsx, type Props } from "@n2o/n2o/nitro/jsx-runtime";
import { jsxDEV } from "@n2o/n2o/nitro/jsx-dev-runtime";
import { root } from "./root.ts";

Deno.test("JSX gives what the elements' functions give", () => {
  const tags = (
    <panel id="box" class="wide">
      <button id="send" postback={atom("chat")} source={["message"]}>Chat</button>
      <link url="/out" class={["a", "b"]}>out</link>
    </panel>
  );
  const calls = panel({
    id: "box",
    class: "wide",
    body: [
      button({ id: "send", postback: atom("chat"), source: ["message"], body: "Chat" }),
      link({ url: "/out", class: ["a", "b"], body: "out" }),
    ],
  });
  deepStrictEqual(render(tags), render(calls));
  match(render(tags).actions, /querySource\('message'\)/);
});

Deno.test("every element has a tag, controls among them, with its fields as attributes", () => {
  for (const name of Object.keys(elements)) {
    strictEqual(jsx(name, {}).kind, elements[name as "span"].kind, name);
  }
  const tags = (
    <panel>
      <calendar id="day" value={tuple(2026, 11, 25)} />
      <comboLookup id="town" feed="/towns" />
      <multipleInput id="tags" input={<textbox id="tag" />} values={["red"]} />
      <sortableList id="order" values={["first"]} closeable />
      <spinner image="/turn.svg">Saving …</spinner>
      <submit id="ok" click={alert({ text: "saved" })}>Save</submit>
    </panel>
  );
  const calls = panel({
    body: [
      calendar({ id: "day", value: tuple(2026, 11, 25) }),
      comboLookup({ id: "town", feed: "/towns" }),
      multipleInput({ id: "tags", input: textbox({ id: "tag" }), values: ["red"] }),
      sortableList({ id: "order", values: ["first"], closeable: true }),
      spinner({ image: "/turn.svg", body: "Saving …" }),
      submit({ id: "ok", click: alert({ text: "saved" }), body: "Save" }),
    ],
  });
  const drawn = (body: typeof calls) => JSON.stringify(render(body)).replace(/auto-\d+/g, "auto");
  strictEqual(drawn(tags), drawn(calls));
});

Deno.test("text between tags is escaped, and what is raw is not", () => {
  const hostile = '<script>alert("1")</script>';
  strictEqual(
    render(<span title={hostile}>{hostile}{raw("<b>")} {1} {null}{undefined}{false}</span>).html,
    '<span title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;">' +
      '&lt;script&gt;alert("1")&lt;/script&gt;<b> 1 </span>',
  );
});

Deno.test("data- and aria- attributes follow those of the fields for them", () => {
  strictEqual(
    render(<span data-a="1" dataFields={{ "data-b": 2 }} aria-label='"x"' data-c={3}>x</span>).html,
    render(
      span({
        dataFields: [["data-b", 2], ["data-a", "1"], ["data-c", 3]],
        ariaStates: [["aria-label", '"x"']],
        body: "x",
      }),
    )
      .html,
  );
});

Deno.test("components get their attributes and children, and give bodies", () => {
  function Row({ name, children }: Props<{ name: string }>) {
    return <li id={name}>{children}</li>;
  }
  const Both = ({ of }: { of: readonly string[] }) => of.map((name) => <Row name={name}>{name}!</Row>);
  const Nothing = () => null;
  const Text = () => "a < b";
  strictEqual(
    render(
      <ul>
        <Both of={["a", "b"]} />
        <Nothing />
        <Text />
      </ul>,
    ).html,
    '<ul><li id="a">a!</li><li id="b">b!</li>a &lt; b</ul>',
  );
});

Deno.test("a fragment has no tag", () => {
  strictEqual(
    render(
      <>
        <span>a</span>
        {[<span>b</span>, "c"]}
      </>,
    ).html,
    "<span>a</span><span>b</span>c",
  );
  strictEqual(render(<></>).html, "");
});

Deno.test("tags that are no elements of NITRO's are written with htmlTag", () => {
  strictEqual(render(<element htmlTag="strong">x</element>).html, "<strong>x</strong>");
});

Deno.test("elements have their record's names", () => {
  strictEqual(render(<link url="/x">x</link>).html, '<a href="/x">x</a>');
  strictEqual(
    render(<image src="/x.png" alt="x" />).html,
    render(jsx("image", { src: "/x.png", alt: "x" })).html,
  );
  strictEqual(
    render(
      <>
        <a url="/x">x</a>
        <img src="/x.png" alt="x" />
      </>,
    ).html,
    render(
      <>
        <link url="/x">x</link>
        <image src="/x.png" alt="x" />
      </>,
    ).html,
  );
  strictEqual(render(<metaLink rel="icon" href="/x" />).html.startsWith("<link"), true);
});

Deno.test("names and attributes that there are not are errors while it runs, too", () => {
  const cases: [string, object, string, RegExp][] = [
    ["strong", {}, "bad_element", /htmlTag="strong"/],
    ["toString", {}, "bad_element", /toString/],
    ["control", {}, "bad_element", /control/],
    ["span", { "on-click": "x" }, "bad_field", /on-click/],
    ["span", { body: "a", children: "b" }, "bad_field", /children/],
  ];
  for (const [name, props, code, words] of cases) {
    throws(
      () => jsx(name, props),
      (error) => error instanceof NitroError && error.code === code && words.test(error.message),
      name,
    );
  }
});

Deno.test("compilers' names for development give the same", () => {
  strictEqual(render(jsxDEV("span", { children: "x" })).html, "<span>x</span>");
});

/** What the compiler says of a file. */
async function checked(body: string): Promise<{ passes: boolean; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/page.tsx`,
      `/** @jsxImportSource @n2o/n2o/nitro */\nimport type { Props } from "@n2o/n2o/nitro/jsx-runtime";\n` +
        `export type { Props };\n${body}\n`,
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "check",
        "--quiet",
        `--config=${root}/deno.json`,
        `${folder}/page.tsx`,
      ],
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    return { passes: success, said: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the compiler knows each element's attributes and children", async () => {
  const good = await checked(`
    const Card = ({ name, children }: Props<{ name: string }>) => <panel id={name}>{children}</panel>;
    export const page = <><Card name="a"><textbox id="b" value="c" placeholder="d" /></Card><br /></>;`);
  deepStrictEqual(good, { passes: true, said: "" });
  const bad = await checked(`
    const Card = ({ name }: { name: string }) => <panel id={name} />;
    const Late = async () => await Promise.resolve(<br />);
    export const page = [
      <panel href="/x" />,
      <button disabled={{}}>x</button>,
      <nothing />,
      <Card />,
      <Card name={1} />,
      <Late />,
      <span>{new Date()}</span>,
      <br>x</br>,
    ];`);
  strictEqual(bad.passes, false);
  const lines = [...bad.said.matchAll(/^ {4}at .*page\.tsx:(\d+):/gm)].map(([, line]) => Number(line));
  deepStrictEqual([...new Set(lines)].toSorted((a, b) => a - b), [8, 9, 10, 11, 12, 13, 14, 15]);
});
