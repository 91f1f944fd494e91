/**
 * Asking the browser for the values of fields.
 *
 * @module
 */
import { type Atom, atom, type Term, tuple } from "../../../lib/term.ts";
import { type Action, declareAction } from "../../nitro/mod.ts";

const EVENT = atom("event");

interface AskFields {
  readonly postback: Atom;
  readonly source: string;
}

const askAction = declareAction<AskFields>("event", () => {}, ({ postback, source }, out) => {
  const pickle = out.host.pickle(out.host.module, postback, source, EVENT, [{ key: source, id: source }]);
  const operation: Term = tuple(EVENT, source, pickle, [source]);
  out.add(operation);
});

/** Has the browser send an event at once, with the value of a field. The original's client has no such thing, and is not asked. */
export function ask(postback: Atom, source: string): Action {
  return askAction({ postback, source });
}
