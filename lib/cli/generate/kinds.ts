/**
 * What can be added to a project: a protocol, or a page, each with its test.
 *
 * @module
 */
import { atom, format, tuple } from "../../term.ts";
import page from "./template/page.ts.txt" with { type: "text" };
import pageTest from "./template/page.test.ts.txt" with { type: "text" };
import protocol from "./template/protocol.ts.txt" with { type: "text" };
import protocolTest from "./template/protocol.test.ts.txt" with { type: "text" };

/** A kind of module. */
export interface Kind {
  /** Its folder in a project. */
  readonly folder: string;
  /** What ends the names of its modules. */
  readonly endings: RegExp;
  /** Names that are taken by what comes with n2o. */
  readonly builtIn: readonly string[];
  /** The name that the chain in `n2o.json` must have for it to be served. */
  link(name: string): string;
  /** The module. */
  readonly module: string;
  /** Its test. */
  readonly test: string;
  /** What stands for the `{{words}}` of both. */
  words(name: string): Record<string, string>;
  /** Where it is, once it is served. */
  address(name: string): string;
}

/** The kinds by their names. */
export const kinds: Readonly<Record<string, Kind>> = {
  protocol: {
    folder: "protocols",
    endings: /\.(?:ts|mts|js|mjs)$/,
    builtIn: ["heart", "session", "room", "nitro", "ftp"],
    link: (name) => name,
    module: protocol,
    test: protocolTest,
    words: (name) => ({
      // Some names are no atoms without quotes.
      term: `{${format(atom(name))}, Name}`,
      said: format(tuple(atom(name), "Ann")),
    }),
    address: (name) => `${format(tuple(atom(name), "Ann"))} to ws://127.0.0.1:8001/ws/api is answered by it`,
  },
  page: {
    folder: "pages",
    endings: /\.(?:tsx?|mts|jsx?|mjs)$/,
    builtIn: [],
    link: () => "nitro",
    module: page,
    test: pageTest,
    words: () => ({}),
    address: (name) => `http://127.0.0.1:8001/app/${name}`,
  },
};
