/**
 * The protocol of pages: shakes hands, opens what the browser's events bring, and lets the page answer.
 *
 * @module
 */
import type { Context } from "../../lib/context.ts";
import type { FileHandler } from "../../lib/endpoints/http.ts";
import { isPromise } from "../../lib/loop.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { handled, Reply, reply, type Result, unknown } from "../../lib/reply.ts";
import type { Authentication } from "../../lib/sessions.ts";
import { Atom, atom, Charlist, isTuple, type Term, text, type Tuple, tuple } from "../../lib/term.ts";
import { invalid, validate } from "./actions/mod.ts";
import { documents } from "./documents.ts";
import { NitroError } from "./error.ts";
import { Nitro } from "./nitro.ts";
import type { Page, PageResult } from "./page.ts";
import { type PageLimits, type PageState, reportFailure, reportSlow } from "./page_state.ts";
import { type Pickler, secretPickler } from "./pickles.ts";
import { Routes } from "./routes.ts";
import { rulesTerm } from "./validation.ts";
import { end, goOn, pageOf, Visit } from "./visit.ts";

/** Options of {@linkcode createNitro}. */
export interface NitroOptions extends PageLimits {
  /** The pages by their routes, such as `app/login`, which stands for `app/login.htm` as well. */
  readonly pages: Readonly<Record<string, Page>>;
  /** Modules that have no address, by the names under which events have them as `delegate`. */
  readonly modules?: Readonly<Record<string, Page>>;
  /** The route of the page for addresses that no route stands for. Connections over TCP and UDP have no address, and no page. */
  readonly default?: string;
  /** How events are sealed. @default as tokens of the application's secret */
  readonly pickler?: Pickler;
}

/** The protocol of pages, and the documents at their addresses. */
export interface NitroProtocol extends Protocol {
  /** Serves the documents of the pages that have one: one of `files` of `createN2O`. */
  readonly documents: FileHandler;
}

const IO = atom("io");
const TOKEN = atom("Token");
const DIRECT = atom("direct");
const REFUSED = atom("refused");
const EMPTY = new Uint8Array(0);
const NOTHING: Term = [];
/** What the client is told of a page that failed: the rest is in the log. */
const FAILED: Term = tuple(IO, EMPTY, tuple(atom("stack"), NOTHING));
const NO_EVENT: Term = tuple(
  IO,
  EMPTY,
  tuple(atom("error"), new Charlist(new TextEncoder().encode("EV expected"))),
);
/** Why a page ends that begins once more. */
const AGAIN = atom("again");
/** What an answer in operations has with it that says all that the page shows, on a connection that knows its token. */
const DRAWN: Term = tuple(atom("init"));
const STATE = "nitro";
/** How long a function of a page may take until the log tells of it, in milliseconds: a browser does not wait much longer. */
const SLOW_MS = 10_000;

/**
 * Makes the protocol of pages. It stands in the place of `session`: it shakes hands itself.
 *
 * @throws {N2OError} `bad_route`: see {@linkcode Routes}; `bad_rules` for a page with rules that are none.
 *
 * @example
 * ```ts
 * import { atom, createN2O, heart } from "@n2o/n2o";
 * import { button, createNitro } from "@n2o/n2o/nitro";
 *
 * const nitro = createNitro({
 *   pages: {
 *     "app/index": {
 *       document: { title: "Hello", body: button({ id: "hello", body: "Loading" }) },
 *       init: (nitro) => nitro.update("hello", button({ id: "hello", body: "Hello", postback: atom("hello") })),
 *       event: (_message, nitro) => nitro.update("hello", button({ id: "hello", body: "Hello again" })),
 *     },
 *   },
 * });
 * const n2o = createN2O({ protocols: [heart, nitro], files: [nitro.documents] });
 * await n2o.close();
 * ```
 */
export function createNitro(options: NitroOptions): NitroProtocol {
  const routes = new Routes(options.pages, options.modules ?? {}, options.default);
  for (const [route, page] of Object.entries(options.pages)) checkRules(route, page);
  let pickler = options.pickler;

  function stateOf(cx: Context): Visit {
    const known = cx.state[STATE] as Visit | undefined;
    if (known !== undefined) return known;
    pickler ??= secretPickler(cx.n2o.secret);
    const state = new Visit(cx, pageOf(cx, routes), pickler, options);
    cx.state[STATE] = state;
    return state;
  }

  function greet(auth: string, cx: Context): Result | Promise<Result> {
    const comma = auth.indexOf(",");
    const found = cx.n2o.sessions.authenticate(comma < 0 ? auth : auth.slice(0, comma));
    const mode = comma >= 0 && auth.slice(comma + 1) === "operations" ? "operations" : "script";
    return found instanceof Promise ? found.then((later) => begin(later, mode, cx)) : begin(found, mode, cx);
  }

  function begin(
    { session, token }: Authentication,
    mode: PageState["mode"],
    cx: Context,
  ): Result | Promise<Result> {
    cx.adopt(session);
    const before = cx.state[STATE] as Visit | undefined;
    if (before?.greeted === true) end(before, AGAIN);
    cx.state[STATE] = undefined;
    const state = stateOf(cx);
    state.mode = mode;
    state.greeted = true;
    const welcome = tuple(TOKEN, token);
    if (state.page?.init === undefined) return reply("default", tuple(IO, EMPTY, welcome));
    return draw(state, state.page, (nitro) => nitro.reply(welcome, true)!, failure);
  }

  /** Has a page's `init` say what the page shows. */
  function draw(
    state: Visit,
    page: Page,
    make: (nitro: Nitro) => Result,
    failed: (nitro: Nitro) => Result,
  ): Result | Promise<Result> {
    const nitro = new Nitro(state, NOTHING);
    const answer = () => {
      for (const [id, rules] of Object.entries(page.rules ?? {})) nitro.wire(validate(id, rules));
      return make(nitro);
    };
    return run(state, "init", nitro, () => page.init!(nitro), answer, () => failed(nitro));
  }

  /** Draws an open page once more: a file has changed. The other protocols of the chain are to hear of that, too. */
  async function redraw(cx: Context): Promise<Result> {
    const before = cx.state[STATE] as Visit | undefined;
    const page = before?.page;
    if (before?.greeted !== true || page?.init === undefined) return unknown;
    // What the page set going before, timers for one, says nothing any more.
    await end(before, AGAIN);
    const state = before.anew(options);
    cx.state[STATE] = state;
    const result = await draw(
      state,
      page,
      (nitro) => nitro.reply(state.mode === "operations" ? DRAWN : undefined, false) ?? unknown,
      (nitro) => {
        nitro.drop();
        return unknown;
      },
    );
    if (result instanceof Reply) cx.push(result);
    return unknown;
  }

  function opened(message: Tuple, cx: Context): Result | Promise<Result> {
    const state = stateOf(cx);
    const event = state.open(text(message[2]) ?? "");
    const values = message[3];
    const nitro = new Nitro(state, values, event?.sources);
    if (event === undefined) {
      const id = nitro.eventId;
      return reply("default", id === undefined ? NO_EVENT : tuple(IO, EMPTY, tuple(REFUSED, id)));
    }
    state.mode = event.mode;
    const page = event.module instanceof Atom ? moduleOf(event.module, state) : undefined;
    const faults = state.faults(event.sources, (key) => nitro.q(key));
    // An original's client is owed an answer; ours waits for none.
    const answer = () => nitro.reply(undefined, state.mode === "script") ?? handled;
    if (faults.length > 0) {
      const refuse = () => {
        if (page?.invalid !== undefined) return page.invalid(faults, event.message, nitro);
        for (const { id, text } of faults) nitro.wire(invalid(id, text));
      };
      return run(state, "invalid", nitro, refuse, answer, answer);
    }
    if (event.name === "event") {
      return run(
        state,
        "event",
        nitro,
        () => missing(page, page?.event)(event.message, nitro),
        answer,
        answer,
      );
    }
    if (event.name === "api_event") {
      return run(
        state,
        "apiEvent",
        nitro,
        () => missing(page, page?.apiEvent)(event.message, values, nitro),
        answer,
        answer,
      );
    }
    const named = page?.named !== undefined && Object.hasOwn(page.named, event.name)
      ? page.named[event.name]
      : undefined;
    return run(
      state,
      `named.${event.name}`,
      nitro,
      () => missing(page, named)(event.message, event.trigger, nitro),
      answer,
      answer,
    );
  }

  function moduleOf(module: Atom, state: Visit): Page | undefined {
    return module === state.module ? state.page : routes.named(module.name);
  }

  function clientMessage(message: Term, cx: Context): Result | Promise<Result> {
    const state = stateOf(cx);
    const page = state.page;
    if (page === undefined) return unknown;
    if (cx.source === "client" && !isAccepted(message, page.accepts?.client)) {
      return refuse("client", cx);
    }
    if (page.client === undefined) return unknown;
    const nitro = new Nitro(state, NOTHING);
    const answer = (result: Term | undefined) =>
      nitro.reply(result ?? (state.mode === "script" ? NOTHING : undefined), false) ?? handled;
    return run(state, "client", nitro, () => page.client!(message, nitro), answer, () => failure(nitro));
  }

  function direct(message: Term, cx: Context): Result | Promise<Result> {
    const state = stateOf(cx);
    const page = state.page;
    if (cx.source === "system") {
      if (isTuple(message, "reload", 2)) return redraw(cx);
      if (isTuple(message, "exit", 2)) state.own.exit = message[1];
      return unknown;
    }
    if (page === undefined) return unknown;
    if (cx.source === "client" && !isAccepted(message, page.accepts?.direct)) {
      return refuse("direct", cx);
    }
    const nitro = new Nitro(state, NOTHING);
    const answer = (result: Term | undefined) => {
      const always = state.mode === "script";
      const data = result !== undefined || always ? tuple(DIRECT, result ?? NOTHING) : undefined;
      return nitro.reply(data, always) ?? handled;
    };
    return run(
      state,
      "event",
      nitro,
      () => missing(page, page.event)(message, nitro),
      answer,
      () => failure(nitro),
    );
  }

  function other(message: Term, cx: Context): Result | Promise<Result> {
    const state = stateOf(cx);
    const page = state.page;
    if (page?.info === undefined) return unknown;
    const nitro = new Nitro(state, NOTHING);
    let taken: boolean | void | Promise<boolean | void> = undefined;
    const work = (): PageResult => {
      taken = page.info!(message, nitro);
      return isPromise(taken) ? taken.then((later) => void (taken = later)) : undefined;
    };
    const answer = (): Result => nitro.reply(undefined, false) ?? (taken === true ? handled : unknown);
    return run(state, "info", nitro, work, answer, () => handled);
  }

  /** Actions that are ready: JavaScript from the bus, as the original's pages send it. */
  function flush(script: Term, cx: Context): Result | Promise<Result> {
    const state = stateOf(cx);
    const nitro = new Nitro(state, NOTHING);
    const answer = () => nitro.reply(undefined, state.mode === "script") ?? handled;
    return run(state, "flush", nitro, () => nitro.wire(scriptOf(script)), answer, () => failure(nitro));
  }

  return {
    name: "nitro",
    documents: documents(routes),
    info(message, cx) {
      if (!isTuple(message)) return cx.source === "bus" ? other(message, cx) : unknown;
      const fromClient = cx.source === "client";
      if (fromClient) {
        if (isTuple(message, "pickle", 4)) return opened(message, cx);
        if (isTuple(message, "text", 2)) {
          const data = message[1] as Term;
          const said = data instanceof Charlist ? undefined : text(data);
          return said !== undefined && said.startsWith("N2O,") ? greet(said.slice(4), cx) : unknown;
        }
        if (isTuple(message, "init", 2)) return greet(text(message[1]) ?? "", cx);
      }
      if (isTuple(message, "client", 2)) return clientMessage(message[1], cx);
      if (isTuple(message, "direct", 2)) return direct(message[1], cx);
      if (fromClient) return unknown;
      if (isTuple(message, "flush", 2)) return flush(message[1], cx);
      return cx.source === "bus" ? other(message, cx) : unknown;
    },
    upgrade(old) {
      const work = old instanceof Visit ? goOn(old, routes) : undefined;
      return work === undefined ? old : work.then(() => old);
    },
    terminate(cx) {
      const state = cx.state[STATE] as Visit | undefined;
      if (state !== undefined) return end(state, state.own.exit as Term ?? NOTHING);
    },
  };
}

/** Runs a function of a page, and makes its answer. */
function run(
  state: PageState,
  name: string,
  nitro: Nitro,
  work: () => PageResult,
  answer: (result: Term | undefined) => Result,
  failed: () => Result,
): Result | Promise<Result> {
  const fail = (error: unknown): Result => {
    reportFailure(state, error);
    return finish(state, nitro, failed);
  };
  let result: PageResult;
  try {
    result = work();
  } catch (error) {
    return fail(error);
  }
  if (isPromise(result)) {
    const watch = setTimeout(() => reportSlow(state, name, SLOW_MS), SLOW_MS);
    Deno.unrefTimer(watch as unknown as number);
    const settled = (give: () => Result) => {
      clearTimeout(watch);
      return give();
    };
    return result.then(
      (later) => settled(() => finish(state, nitro, answer, later ?? undefined)),
      (error) => settled(() => fail(error)),
    );
  }
  return finish(state, nitro, answer, result === undefined ? undefined : result as Term);
}

/** Makes an answer, which may fail, too; what is added from then on is sent by itself. */
function finish(
  state: PageState,
  nitro: Nitro,
  make: (result: Term | undefined) => Result,
  result?: Term,
): Result {
  try {
    return make(result);
  } catch (error) {
    reportFailure(state, error);
    return failure(nitro);
  } finally {
    nitro.end();
  }
}

/** The answer of a page that failed, without what it had begun to do. */
function failure(nitro: Nitro): Reply {
  nitro.drop();
  return reply("default", FAILED);
}

/** Sees to it that what a page says of its fields can be checked. */
function checkRules(route: string, { rules = {} }: Page): void {
  for (const [id, ofField] of Object.entries(rules)) {
    try {
      rulesTerm(ofField);
    } catch (error) {
      if (!(error instanceof NitroError)) throw error;
      throw new NitroError(error.code, `page ${route}, field ${id}: ${error.message}`, error.value);
    }
  }
}

/** The function of a page that an event is for; without one the event is the page's fault. */
function missing<F>(page: Page | undefined, found: F | undefined): F {
  if (found === undefined) {
    throw new TypeError(page === undefined ? "there is no such module" : "it has no such function");
  }
  return found;
}

/** The JavaScript of a message of the bus. */
function scriptOf(term: Term): string {
  if (Array.isArray(term)) return term.map(scriptOf).join("");
  if (term instanceof Atom && term.name === "undefined") return "";
  const script = term instanceof Atom ? undefined : text(term);
  if (script === undefined) throw new TypeError("what is flushed is no JavaScript");
  return script;
}

/** Whether a message is among those that a client may send. */
function isAccepted(message: Term, names: readonly string[] | undefined): boolean {
  if (names === undefined) return false;
  const tag = isTuple(message) ? message[0] : message;
  return tag instanceof Atom && names.includes(tag.name);
}

function refuse(kind: string, cx: Context): Reply {
  cx.n2o.log.debug("page_message_refused", { kind, route: cx.route });
  return reply("default", NO_EVENT);
}
