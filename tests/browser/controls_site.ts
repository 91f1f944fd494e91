/** A page with one control of each kind, and what it is told. */
import { atom, createN2O, format, heart, type N2O, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import {
  button,
  calendar,
  comboFeed,
  comboLookup,
  comboLookupEdit,
  type ComboLookupFields,
  comboLookupGroup,
  comboLookupModify,
  comboLookupText,
  comboLookupVec,
  createCombo,
  createNitro,
  type Element,
  h4,
  input,
  label,
  multipleInput,
  type Nitro,
  panel,
  sortableList,
  textarea,
} from "@n2o/n2o/nitro";
import { Changes } from "../client/until.ts";

const css = await Deno.readTextFile(new URL("../../lib/client/nitro/controls.css", import.meta.url));
const PAGE_CSS = `:root { color-scheme: light dark } html { font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 16px; max-width: 640px } h4 { margin: 16px 0 4px }`;

/** Such a page, and what came from it. */
export class ControlsSite extends Changes {
  readonly n2o: N2O;
  readonly url: string;
  /** The values of the sources, each time that they were sent. */
  readonly sent: Record<string, string>[] = [];
  /** What was chosen. */
  readonly chosen: string[] = [];
  /** How often lists told that they have changed. */
  changes = 0;
  /** Searches in the feed `slow` that wait for an answer, by what was typed. */
  readonly slow = new Map<string, (rows: string[]) => void>();
  #page: Nitro | undefined;

  constructor() {
    super();
    const people = Array.from({ length: 45 }, (_, i) => tuple(atom("user"), i + 1, `Person ${i + 1}`, []));
    const combo = createCombo({
      feeds: {
        "/users": comboFeed({
          rows: [tuple(atom("user"), 0, "Ann <b>", []), ...people],
          viewValue: (row) => text(row[2])!,
          select: ({ value }) => {
            this.chosen.push(format(value, { utf8: true }));
            this.changed();
          },
        }),
        "/roles": ["boss", "clerk", "guest"],
        slow: (query) => {
          const { promise, resolve } = Promise.withResolvers<string[]>();
          this.slow.set(query, resolve);
          this.changed();
          return promise;
        },
      },
    });
    const nitro = createNitro({
      pages: {
        "app/page": combo.page({
          document: {
            title: "Controls",
            styles: ["/app/page.css", "/app/controls.css"],
            icon: "/app/icon.svg",
            body: panel({ id: "all" }),
          },
          init: (nitro) => {
            this.#page = nitro;
            this.draw(nitro);
          },
          event: (message, nitro) => {
            if (message === atom("changed")) this.changes++;
            else {
              const values: Record<string, string> = {};
              for (const id of SOURCES) values[id] = format(nitro.q(id) as Term, { utf8: true });
              this.sent.push(values);
            }
            this.changed();
          },
        }),
      },
    });
    const styles = new Map([["/app/page.css", PAGE_CSS], ["/app/controls.css", css]]);
    this.n2o = createN2O({
      protocols: [heart, nitro],
      files: [nitro.documents, (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/app/icon.svg") {
          return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', {
            headers: { "content-type": "image/svg+xml" },
          });
        }
        const style = styles.get(pathname);
        return style === undefined
          ? undefined
          : new Response(style, { headers: { "content-type": "text/css" } });
      }],
    });
    const { port } = this.n2o.listen({ port: 0, hostname: "127.0.0.1" });
    this.url = `http://127.0.0.1:${port}/app/page.htm`;
  }

  /** Draws all controls; with a title of another text around those that stay the same. */
  draw(nitro = this.#page!, title = "Controls", day: Tuple = tuple(2024, 2, 29)): void {
    const changed = { postback: atom("changed") };
    nitro.update(
      "all",
      panel({
        id: "all",
        body: [
          h4({ body: title }),
          label({ for: "day", body: "Day" }),
          calendar({ id: "day", value: day, minDate: tuple(2024, 2, 1), maxDate: tuple(2024, 3, 31) }),
          h4({ body: "Person" }),
          lookup("who"),
          h4({ body: "Slow" }),
          lookup("slow", "slow"),
          h4({ body: "Team" }),
          comboLookupVec({
            id: "team",
            input: lookup("team_input"),
            values: [{ view: "Zoe", bind: tuple(atom("user"), 99) }],
          }),
          h4({ body: "Tags" }),
          multipleInput({ id: "tags", input: input({ id: "tag" }), values: ["red"], ...changed }),
          h4({ body: "Days" }),
          multipleInput({ id: "days", input: input({ id: "one_day", type: "date" }) }),
          h4({ body: "Order" }),
          sortableList({ id: "order", values: ["one", "two", "three", "four"], closeable: true, ...changed }),
          h4({ body: "Groups" }),
          comboLookupGroup({
            id: "groups",
            input: lookup("groups_input"),
            subtitle: "Group",
            values: [["a", "b"], ["c"]],
          }),
          h4({ body: "Staff" }),
          comboLookupModify({
            id: "staff",
            input: lookup("staff_input"),
            modifyPos: 4,
            modifyFeed: "/roles",
            modifyDefault: "guest",
            viewValue: (part) => text(part) ?? "",
            values: [{ view: "Eve", bind: tuple(atom("user"), 7, "Eve", "boss") }],
          }),
          h4({ body: "Reply" }),
          comboLookupText({
            id: "reply",
            input: lookup("reply_input", "/roles"),
            textarea: textarea({ id: "text" }),
          }),
          h4({ body: "City" }),
          comboLookupEdit({
            id: "city",
            input: lookup("city_input", "/roles"),
            form: panel({ body: input({ id: "new_city", ariaStates: { "aria-label": "new" } }) }),
          }),
          button({ id: "send", body: "Send", postback: atom("send"), source: SOURCES }),
        ],
      }),
    );
  }

  /** Draws other people chosen. */
  choose(name: string): void {
    this.#page!.update(
      "lookup_who",
      lookup("who", "/users", { value: name, bind: tuple(atom("user"), name) }),
    );
    this.#page!.update("order", sortableList({ id: "order", values: [name] }));
  }

  /** Drops the connection. */
  drop(): void {
    this.#page!.cx.close(1012, "again");
  }

  /** Stops. */
  async close(): Promise<void> {
    await this.n2o.close({ drainMs: 100 });
  }
}

function lookup(id: string, feed = "/users", more: ComboLookupFields = {}): Element {
  return comboLookup({ id, feed, ariaStates: { "aria-label": id }, delegate: "users", ...more });
}

const SOURCES = [
  "day",
  "who",
  "team",
  "tags",
  "days",
  "order",
  "groups",
  "staff",
  "wrap_reply_comboLookupText",
  "city",
];
