/**
 * NITRO's protocol against what the original's answered: `info` of the recorded vectors, every step, and what differs by its reason.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  Atom,
  atom,
  bert,
  Charlist,
  format,
  ImproperList,
  isTuple,
  type Protocol,
  reply,
  type Term,
  text,
  tuple,
  unknown,
} from "@n2o/n2o";
import {
  author,
  button,
  createNitro,
  link,
  message as messageElement,
  type Nitro,
  p,
  type Page,
  type Pickler,
  renderActions,
  type Wired,
} from "@n2o/n2o/nitro";
import * as actions from "../protocols/nitro/actions/mod.ts";
import { each, type Engine } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket } from "./raw_socket.ts";
import { read } from "./speech.ts";
import { bytesOf } from "./vector_term.ts";
import { messageCount } from "./nitro_counts.ts";
import { differences, infoDeviations, SEALED, TOKEN } from "./nitro_deviations_info.ts";
import nitroVectors from "./vectors/nitro.json" with { type: "json" };

type Tagged = Readonly<Record<string, unknown>>;

interface Step {
  readonly in?: Tagged;
  readonly hex?: string;
  readonly unknown?: boolean;
  readonly eval?: string | Tagged;
  readonly data?: Tagged;
  readonly saw?: readonly Tagged[];
  readonly wired_before?: string;
}

interface Scenario {
  readonly name: string;
  readonly page: string | Tagged;
  readonly steps: readonly Step[];
}

const encoder = new TextEncoder();

/** The term of the nitro vectors' tagged rendering. */
function termOf(tagged: Tagged | string): Term {
  if (typeof tagged === "string") return encoder.encode(tagged);
  const [[tag, value]] = Object.entries(tagged) as [[string, unknown]];
  switch (tag) {
    case "atom":
      return value === "true" ? true : value === "false" ? false : atom(value as string);
    case "int":
      return Number(value);
    case "binary":
      return encoder.encode(value as string);
    case "binary_hex":
      return bytesOf(value as string);
    case "string":
      return new Charlist(encoder.encode(value as string));
    case "pickle":
      return encoder.encode(pickleOf(termOf(value as Tagged)));
    case "N2O,pickle":
      return encoder.encode(`N2O,${pickleOf(termOf(value as Tagged))}`);
    case "improper": {
      const [elements, tail] = value as [Tagged[], Tagged];
      return new ImproperList(elements.map(termOf), termOf(tail));
    }
    case "action":
      return encoder.encode(renderActions(actionOf(tagged), { module: atom("page"), pickle: pickleOf }));
    case "nil":
      return [];
    case "list":
      return (value as Tagged[]).map(termOf);
    case "tuple":
      return tuple(...(value as Tagged[]).map(termOf));
  }
  throw new Error(`unknown tag ${tag}`);
}

/** The action of a record: a page's bus brings actions as the JavaScript that they are. */
function actionOf({ action, fields }: Tagged): Wired {
  const given = fields as Record<string, Tagged>;
  const value = (name: string) => text(termOf(given[name])) ?? (termOf(given[name]) as Atom).name;
  switch (action) {
    case "alert":
      return actions.alert({ text: value("text") });
    case "wire":
      return value("actions");
    case "jq":
      return actions.jq({ target: value("target"), property: value("property"), right: value("right") });
    case "event":
      return actions.event({
        target: value("target"),
        type: value("type"),
        postback: termOf(given.postback),
      });
    case "replace": {
      const inner = (given.elements as { fields: Record<string, Tagged> }).fields;
      const element = button({ id: (termOf(inner.id) as Atom).name, postback: termOf(inner.postback) });
      return actions.replace({ target: value("target"), elements: element });
    }
  }
  throw new Error(`unknown action ${action}`);
}

/** The recording's pickles. */
function pickleOf(term: Term): string {
  return `P${bert.encode(term).toHex()}`;
}

/** What the page's functions saw, as the recording has it. */
const saw: Term[] = [];

const page: Page = {
  init(nitro) {
    saw.push(atom("init"));
    nitro.wire("ready();");
  },
  event,
  client(message, nitro) {
    saw.push(tuple(atom("client"), message));
    if (isTuple(message, "say", 2)) {
      nitro.insertTop("history", messageElement({ body: [author({ body: "U" }), text(message[1])!] }));
      return [];
    }
    if (message === atom("crash")) throw new Error("boom");
    return tuple(atom("got"), message);
  },
  apiEvent(name, data, nitro) {
    saw.push(tuple(atom("api_event"), name, data, atom("cx")));
    nitro.wire("api();");
  },
  named: {
    named(message, trigger, nitro) {
      saw.push(tuple(atom("named"), message, trigger, atom("cx")));
      nitro.wire("named();");
    },
    named_crash() {
      saw.push(atom("named_crash"));
      throw new Error("boom");
    },
  },
  terminate(reason) {
    // A page that is greeted once more ends first, here; the original's hears nothing of it.
    if (reason === atom("again")) return;
    saw.push(tuple(atom("exit"), reason));
  },
};

function event(message: Term, nitro: Nitro): Term | void {
  if (isTuple(message, "add", 2)) {
    saw.push(message);
    nitro.wire(`added(${Number(message[1]) >= 0 ? message[1] : fail()});`);
    return tuple(atom("added"), message[1]);
  }
  if (isTuple(message, "echo_q", 2)) {
    saw.push(tuple(atom("echo_q"), message[1], nitro.q(message[1] as Atom) ?? []));
    return atom("ok");
  }
  if (isTuple(message, "reply", 2)) {
    saw.push(message);
    return message[1];
  }
  if (isTuple(message, "exit", 2)) {
    saw.push(message);
    return atom("bye");
  }
  const name = message instanceof Atom ? message.name : "";
  const chatted = tuple(atom("chat"), nitro.q("message") ?? [], nitro.q("other") ?? atom("none"));
  const keys = ["name", "mail", "phone", "born", "agree", "list"];
  const all = tuple(atom("q_all"), keys.map((key) => tuple(key, nitro.q(key) ?? [])));
  const known: Record<string, () => Term | void> = {
    button: () =>
      nitro.update(
        "send",
        button({ id: "send", body: "Chat", postback: atom("chat"), source: [atom("message")] }),
      ),
    chat: () => nitro.insertBottom("history", p({ body: nitro.text("message") })),
    q_all: () => atom("ok"),
    silent: () => atom("nothing"),
    two() {
      nitro.wire("one();");
      nitro.update("b", link({ id: "b", postback: tuple(atom("add"), 2), body: "+" }));
      nitro.wire("two();");
    },
    focus: () => nitro.wire(actions.jq({ target: "message", method: ["focus", "select"] })),
    redirect: () => nitro.wire(actions.redirect("/app/login.htm")),
    crash: () => (nitro.wire("before();"), fail()),
    throw: () => (nitro.wire("before();"), fail()),
    exit: () => (nitro.wire("before();"), fail()),
    bad_action: () => nitro.wire({ bad: "action" } as never),
  };
  if (!Object.hasOwn(known, name)) throw new TypeError("no function clause");
  saw.push(name === "chat" ? chatted : name === "q_all" ? all : message);
  return known[name]();
}

function fail(): never {
  throw new Error("boom");
}

const pages: Record<string, Page> = {
  "app/page": page,
  "app/chatpage": {
    init: (nitro) => {
      saw.push(atom("button"));
      nitro.update(
        "send",
        button({ id: "send", body: "Chat", postback: atom("chat"), source: [atom("message")] }),
      );
    },
    event,
    client: page.client,
    terminate: page.terminate,
  },
  "app/badpage": {
    init(nitro) {
      nitro.wire("queued();");
      fail();
    },
    event: (_message, nitro) => nitro.wire("pong();"),
  },
};

const other: Page = {
  event(message, nitro) {
    saw.push(tuple(atom("other"), message));
    nitro.wire("other();");
  },
};

/** The recording's pickler, which seals nothing; what it opens belongs to whoever asks. */
function openPickler(of: () => { sid: string; page: string }): Pickler {
  return {
    pickle: ({ module, message, trigger, name }) =>
      pickleOf(tuple(atom("ev"), module, message, trigger, atom(name))),
    depickle(pickled) {
      let term: Term;
      try {
        term = bert.decode(bytesOf(pickled.slice(1)));
      } catch {
        return undefined;
      }
      if (!isTuple(term, "ev", 5)) return undefined;
      const name = term[4] instanceof Atom ? term[4].name : "";
      return { module: term[1], message: term[2], trigger: term[3], name, mode: "script", ...of() };
    },
  };
}

/** Where the recording shows what a key's kind and an earlier event leave behind: here keys are texts, and values their event's own. */
const BY_TEXT = new Set(["sources: values and leaks", "sources: odd shapes"]);

each(
  "answers each recorded message as the original does, but for the named differences",
  async (engine: Engine) => {
    const wrong: string[] = [];
    let steps = 0;
    for (const scenario of nitroVectors.info as unknown as Scenario[]) {
      steps += await play(
        engine,
        scenario,
        wrong,
      );
    }
    deepStrictEqual(wrong, []);
    strictEqual(steps, messageCount.rows);
    strictEqual(infoDeviations.reduce((sum, { count }) => sum + count, 0), messageCount.differ);
  },
);

async function play(engine: Engine, scenario: Scenario, wrong: string[]): Promise<number> {
  const name = typeof scenario.page === "string" ? scenario.page : "none";
  const nitro = createNitro({ pages, modules: { other }, pickler: openPickler(() => ({ sid, page: name })) });
  let sid = "";
  const hears: Protocol = {
    name: "hears",
    info(message, cx) {
      if (cx.state.heard !== true) cx.reg("test");
      cx.state.heard = true;
      sid = cx.session.id;
      return isTuple(message, "probe", 1) ? reply("text", "probed") : unknown;
    },
  };
  await using app = engine.start({ protocols: [hears, nitro], log: keepLog().log });
  await using socket = await RawSocket.open(app, `/ws/app/${name}`);
  const tokens = new Map<string, string>();
  const real = (text: string) => text.replace(/<TOKEN\d+>/g, (mark) => tokens.get(mark) ?? mark);
  let count = 0;
  for (const [at, step] of scenario.steps.entries()) {
    if (step.in === undefined) continue;
    count++;
    saw.length = 0;
    const message = termOf(JSON.parse(real(JSON.stringify(step.in))));
    if (isTuple(message, "text", 2) && message[1] instanceof Uint8Array) {
      await socket.send("text", text(message[1])!);
    } else if (isTuple(message, "client") || isTuple(message, "direct") || isTuple(message, "flush")) {
      app.n2o.send("test", message);
    } else await socket.send("binary", bert.encode(message));
    const answers = await until(socket);
    for (const answer of answers) learn(answer, step, tokens);
    const difference = differences.find((one) => one.scenario === scenario.name && one.steps.includes(at));
    const seen = format(saw, { utf8: true });
    const wasSeen = format((step.saw ?? []).map(termOf), { utf8: true });
    if (seen !== wasSeen && !BY_TEXT.has(scenario.name) && difference?.reason !== SEALED) {
      wrong.push(`${scenario.name} ${at}: saw ${seen}, not ${wasSeen}`);
    }
    const got = answers.length === 0
      ? "silence"
      : answers.join(" ").replace(/bin\('P[0-9a-f]+'\)/g, "bin('<PICKLED>')");
    const expected = real(recorded(step));
    if (difference !== undefined && expected === difference.answer) {
      wrong.push(`${scenario.name} ${at}: no difference (${difference.reason})`);
    }
    const due = difference === undefined ? expected : difference.answer;
    if (due === TOKEN && /^\{io,<<>>,\{'Token',<<"[\w-]+">>\}\}$/.test(got)) continue;
    if (got !== due) {
      wrong.push(`${scenario.name} ${at}: ${format(message)}\n  got      ${got}\n  expected ${due}`);
    }
  }
  return count;
}

/** What came before the answer to a question that another protocol answers. */
async function until(socket: RawSocket): Promise<string[]> {
  await socket.send("binary", bert.encode(tuple(atom("probe"))));
  const answers: string[] = [];
  for (;;) {
    const frame = read(await socket.frame());
    if (frame === "text probed") return answers;
    answers.push(frame);
  }
}

/** The recorded answer in Erlang's syntax. */
function recorded(step: Step): string {
  if (step.unknown === true) return "nothing";
  const evaluated = typeof step.eval === "string" ? encoder.encode(step.eval) : termOf(step.eval!);
  return format(tuple(atom("io"), evaluated, termOf(step.data!)), { utf8: true });
}

/** Notes which token stands for a mark of the recording. */
function learn(answer: string, step: Step, tokens: Map<string, string>): void {
  const mark = /<TOKEN\d+>/.exec(JSON.stringify(step.data))?.[0];
  const token = /\{'Token',<<"([\w-]+)">>\}/.exec(answer)?.[1];
  if (mark !== undefined && token !== undefined && !tokens.has(mark)) tokens.set(mark, token);
}
