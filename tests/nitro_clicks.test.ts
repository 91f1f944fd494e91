/**
 * The bytes that the original's own scripts sent when somebody clicked, as recorded, against our server: each event arrives with its values.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Atom, atom, bert, Charlist, format, isTuple, type Term, text } from "@n2o/n2o";
import { createNitro, type Nitro, type Page, type Pickler } from "@n2o/n2o/nitro";
import { each } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";
import { read } from "./speech.ts";
import { bytesOf } from "./vector_term.ts";
import vectors from "./vectors/nitro.json" with { type: "json" };

interface Click {
  readonly name: string;
  readonly sent: readonly { readonly hex?: string; readonly text?: string }[];
}

const clicks = vectors.client.clicks as unknown as Click[];

/** What a page is given of a value: texts for binaries and lists of characters. */
function given(value: Term): string {
  if (value instanceof Uint8Array) return format(text(value)!, { utf8: true });
  return format(value instanceof Charlist ? text(value)! : value, { utf8: true });
}

/** The recording's pickles, which are sealed for nobody. */
function openPickler(of: () => string): Pickler {
  return {
    pickle: () => "",
    depickle(pickled) {
      const term = bert.decode(bytesOf(pickled.slice(1)));
      if (!isTuple(term, "ev", 5)) return undefined;
      const name = (term[4] as Atom).name;
      return {
        module: term[1],
        message: term[2],
        trigger: term[3],
        name,
        mode: "script",
        sid: of(),
        page: "index",
      };
    },
  };
}

each("takes what the original's scripts send, with all that it brings", async (engine) => {
  let sid = "";
  let seen: string[] = [];
  let nitro: Nitro | undefined;
  const note = (kind: string, message: Term, given: Nitro) => {
    nitro = given;
    seen.push(`${kind} ${format(message, { utf8: true })}`);
  };
  const page: Page = {
    init: (given) => void (sid = given.session.id),
    event: (message, given) => note("event", message, given),
    apiEvent: (name, data, given) => note(`api ${text(data)}`, name, given),
    accepts: { direct: ["say"] },
  };
  await using app = engine.start({
    protocols: [createNitro({ pages: { "app/index": page }, pickler: openPickler(() => sid) })],
  });
  await using socket = await RawSocket.open(app, "/ws/app/index.htm");
  await socket.send("text", "N2O,");
  await socket.frame();
  let frames = 0;
  for (const { name, sent } of clicks) {
    for (const { hex } of sent) {
      frames++;
      seen = [];
      await socket.send("binary", bytesOf(hex!));
      const answer = read(await socket.frame());
      const term = bert.decode(bytesOf(hex!));
      if (isTuple(term, "direct", 2)) {
        const accepted = isTuple(term[1], "say", 2);
        deepStrictEqual(seen, accepted ? [`event ${format(term[1])}`] : [], name);
        strictEqual(answer, accepted ? "{io,<<>>,{direct,[]}}" : '{io,<<>>,{error,"EV expected"}}', name);
        continue;
      }
      if (isTuple(term, "bin", 2)) {
        strictEqual(answer, "nothing", `${name}: nobody takes it, as there`);
        continue;
      }
      ok(isTuple(term, "pickle", 4), name);
      strictEqual(answer, "{io,<<>>,<<>>}", name);
      const event = bert.decode(bytesOf(text(term[2])!.slice(1)));
      ok(isTuple(event, "ev", 5), name);
      const message = format(event[2], { utf8: true });
      deepStrictEqual(seen, [
        event[4] === atom("event") ? `event ${message}` : `api ${text(term[3])} ${message}`,
      ], name);
      if (!Array.isArray(term[3])) continue;
      for (const pair of term[3]) {
        if (!isTuple(pair) || isTuple(pair[0])) continue;
        const key = pair[0] instanceof Atom ? pair[0].name : text(pair[0])!;
        strictEqual(format(nitro!.q(key)!, { utf8: true }), given(pair[1]), `${name}: ${key}`);
      }
    }
  }
  ok(frames >= 28, `${frames} frames`);
});
