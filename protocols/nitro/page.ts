/**
 * What a page module is: the server's half of a page, and all of it that its author writes.
 *
 * @module
 */
import type { Rules } from "./validation.ts";
import type { Term } from "../../lib/term.ts";
import type { Nitro } from "./nitro.ts";
import type { Fault } from "./page_state.ts";
import type { Body } from "./parts.ts";

/** What a page's function may give: a term for the client's hooks, or nothing. */
export type PageResult = Term | void | Promise<Term | void>;

/** What a page may be asked for when its document is made. */
export interface DocumentRequest {
  /** The page's path without its first slash, such as `app/index.htm`. */
  readonly route: string;
  /** The query without the question mark. */
  readonly query: string;
}

/** The document that a page's address gives, before anything is connected. */
export interface PageDocument {
  /** The title. @default "" */
  readonly title?: string;
  /** The language, as `lang` of the document. @default "en" */
  readonly lang?: string;
  /** Addresses of style sheets. */
  readonly styles?: readonly string[];
  /** The address of the icon. */
  readonly icon?: string;
  /** Where the page goes when its session has ended in another tab. @default its own address: it is loaded anew */
  readonly logout?: string;
  /** What stands in the document's body. */
  readonly body?: Body | ((request: DocumentRequest) => Body);
}

/**
 * A page module. Its state lives in `nitro.state` and in the session, never in the module, so that one module serves all who visit it.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, type Page, p } from "@n2o/n2o/nitro";
 *
 * const hello: Page = {
 *   init(nitro) {
 *     nitro.update("greet", button({ id: "greet", body: "Greet", postback: atom("greet"), source: ["name"] }));
 *   },
 *   event(message, nitro) {
 *     if (message === atom("greet")) nitro.insertBottom("greetings", p({ body: `Hello, ${nitro.text("name")}!` }));
 *   },
 * };
 * if (hello.event === undefined) throw new Error("deaf");
 * ```
 */
export interface Page {
  /** Its name, by which events name it: an `event` with this as its `delegate` comes here. @default the name of its route */
  readonly name?: string;
  /**
   * Called when a client has shaken hands: on each new connection; and under `n2o dev` when the page is to be drawn anew because a file has
   * changed, after `terminate(again, …)`, with `nitro.state` as it is.
   */
  init?(nitro: Nitro): PageResult;
  /** Gets the postbacks of the page's elements, and what `{direct, Message}` brings from the bus. */
  event?(message: Term, nitro: Nitro): PageResult;
  /** Gets what `{client, Message}` brings from the bus: N2O's `event({client, Message})`. */
  client?(message: Term, nitro: Nitro): PageResult;
  /** Gets any other message of the bus: of a room, say. Gives `undefined` for what is not its own. */
  info?(message: Term, nitro: Nitro): boolean | void | Promise<boolean | void>;
  /** Gets what a function of the browser that `api` made was called with: the function's name, and the data as JSON. */
  apiEvent?(name: Term, data: Term, nitro: Nitro): PageResult;
  /** Gets events with a name of their own, `{ev, Module, Message, Trigger, Name}`. */
  readonly named?: Readonly<Record<string, (message: Term, trigger: Term, nitro: Nitro) => PageResult>>;
  /** Called when fields that an event brought break their rules; by default the browser is told to show them. */
  invalid?(faults: readonly Fault[], message: Term, nitro: Nitro): PageResult;
  /** Called when the connection has ended, with the reason; with `again` before `init` is called once more; with `{removed}` when a reload finds the page no more. */
  terminate?(reason: Term, nitro: Nitro): void | Promise<void>;
  /**
   * Called for each open connection when a reload has put this module in the place of one of its name: gets what that kept as
   * `nitro.state`, and gives what is kept from now on. Without it, or when it gives nothing, the state stays as it is.
   */
  upgrade?(
    oldState: Record<string, unknown>,
  ): Record<string, unknown> | void | Promise<Record<string, unknown> | void>;
  /** What a client may send of its own accord, without an event that the server made: the names of the messages. */
  readonly accepts?: Accepts;
  /**
   * What the values of fields have to be, by the fields' ids: checked in the browser, and when an event brings them. Elements may have
   * rules of their own, `validation`, which hold while the connection lives.
   */
  readonly rules?: Readonly<Record<string, Rules>>;
  /** The document at the page's address. Without one the address is left to static files. */
  readonly document?: PageDocument;
}

/**
 * The messages that a client may send of its own accord: the names of their atoms, or of the first atoms of their tuples. Whatever is not
 * named here never reaches the page.
 */
export interface Accepts {
  /** As `{direct, Message}`: they come to `event`. */
  readonly direct?: readonly string[];
  /** As `{client, Message}`: they come to `client`. */
  readonly client?: readonly string[];
}
