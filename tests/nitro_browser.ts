/**
 * A browser of a few lines, in which the JavaScript of actions runs and is watched: what it does to which element, and what it sends.
 *
 * @module
 */

/** What the JavaScript did, one after another: `["outerHTML", id, html]`, `["alert", text]` and so on. */
export type Effect = readonly unknown[];

/** What a term's constructor in the original's client made. */
interface Made {
  readonly made: string;
  readonly value: unknown;
}

/** Runs JavaScript of actions and says what it did. Any other name than those of the original's client is an error. */
export function effectsOf(js: string): Effect[] {
  const effects: Effect[] = [];
  const note = (...effect: unknown[]) => void effects.push(effect);
  const element = (id: string): object =>
    new Proxy({}, {
      set(_, name, value) {
        note(String(name), id, value);
        return true;
      },
      get(_, name) {
        switch (name) {
          case "firstChild":
            return undefined;
          case "parentNode":
            return { removeChild: () => note("removed", id) };
          case "style":
            return new Proxy({}, {
              set: (_, name, value) => {
                note(`style.${String(name)}`, id, value);
                return true;
              },
            });
          case "addEventListener":
            return (type: string, listener: (event: object) => void) => {
              note("listens", id, type);
              listener({ preventDefault: () => {}, detail: "" });
            };
        }
        return (...given: unknown[]) => note(String(name), id, ...given);
      },
    });
  const make = (made: string) => (value: unknown): Made => ({ made, value });
  const document = new Proxy({}, {
    set(_, name, value) {
      note(`document.${String(name)}`, value);
      return true;
    },
  });
  const names: Record<string, unknown> = {
    qi: element,
    qs: (selector: string) => element(`qs ${selector}`),
    qn: (tag: string) => {
      const made: { innerHTML?: string } = {};
      return Object.defineProperty(made, "firstChild", { get: () => `<${tag}>${made.innerHTML}` });
    },
    atom: make("atom"),
    bin: make("bin"),
    string: make("string"),
    tuple: (...elements: unknown[]) => elements,
    querySource: (id: string) => ({ made: "value", value: id }),
    validateSources: (ids: string[], trigger: string) => {
      note("validated", ids, trigger);
      return true;
    },
    enc: (term: unknown) => term,
    ws: { send: (term: unknown) => note("sent", term) },
    f: (text: string) => note("called", text),
    alert: (text: string) => note("alert", text),
    confirm: (text: string) => {
      note("confirm", text);
      return true;
    },
    window: {
      setTimeout: (run: () => void) => run(),
      set location(url: string) {
        note("location", url);
      },
    },
    document,
    console: { log: (text: string) => note("log", text) },
  };
  new Function(...Object.keys(names), js)(...Object.values(names));
  return effects;
}
