import { strictEqual } from "node:assert/strict";
import { atom, bert, isTuple, type Term, text, tuple } from "@n2o/n2o";
import { createChat } from "../protocols/chat/mod.ts";
import { each } from "./engines.ts";
import { type Address, RawSocket, type WireFrame } from "./raw_socket.ts";
import { read } from "./speech.ts";
import vectors from "./vectors/ws_transcripts.json" with { type: "json" };

interface Payload {
  readonly op: "text" | "binary" | "close";
  readonly hex?: string;
  readonly term?: string;
}

interface Step {
  readonly http_request?: string;
  readonly send?: Payload;
  readonly recv?: Payload | null;
}

/** A step that differs from the record, and why: what comes before its answer, and what that is in the record's place. */
interface Difference {
  readonly why: string;
  readonly first?: string;
  readonly answer?: (recorded: string) => string;
}

const ESCAPED = "WIRE 11: text is escaped for where it stands";
const UNASKED = "what is sent unasked has the Data of an answer";
const REFUSED = "WIRE 11: a page cannot send itself what only its server sends";

const escaped = (recorded: string) =>
  recorded.replaceAll(
    String.raw`Hello <b>\\\"world\\\"</b> \\n it\\'s`,
    String.raw`Hello &lt;b&gt;\"world\"&lt;/b&gt; \n it's`,
  );
const unasked = (recorded: string) =>
  recorded.replace(/,\[\]\}$/, ",<<>>}").replace('">>', /[^\0-\x7f]/.test(recorded) ? '"/utf8>>' : '">>');
const refused = () => '{io,<<>>,{error,"EV expected"}}';

const differences: Readonly<Record<string, Readonly<Record<number, Difference>>>> = {
  "sample: login page": {
    11: {
      why: "a login goes on under a new session id, so that nobody can plant one",
      first: "{io,<<>>,{'Token',TOKEN}}",
    },
  },
  "sample: chat page": {
    7: { why: `${ESCAPED}; ${UNASKED}`, answer: (recorded) => unasked(escaped(recorded)) },
    10: { why: UNASKED, answer: unasked },
    13: { why: UNASKED, answer: unasked },
    15: { why: REFUSED, answer: refused },
    19: { why: REFUSED, answer: refused },
    21: { why: REFUSED, answer: () => "nothing" },
    23: {
      why: `${ESCAPED}; the focus is not moved for each message of the history`,
      answer: (recorded) =>
        unasked(escaped(recorded).replaceAll("qi('message').focus();qi('message').select();", "")),
    },
    27: { why: REFUSED, answer: refused },
  },
};

each(
  "the recorded dialogue of the sample's pages with the original's client, up to the named differences",
  async (engine) => {
    const folder = await Deno.makeTempDir();
    try {
      await using running = engine.start({ protocols: createChat({ uploads: folder }).protocols });
      const client = new Replay(running);
      for (const name of Object.keys(differences)) await client.replay(name);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** The original's client: the same messages, with what was sealed in our run. */
class Replay {
  readonly #address: Address;
  readonly #events = new Map<string, string>();
  #token = "";

  constructor(address: Address) {
    this.#address = address;
  }

  async replay(name: string): Promise<void> {
    const { steps } = vectors.dialogues.find((dialogue) => dialogue.name === name)! as { steps: Step[] };
    let socket: RawSocket | undefined;
    try {
      for (const [at, step] of steps.entries()) {
        if (step.http_request !== undefined) {
          socket?.close();
          socket = await RawSocket.open(this.#address, step.http_request.split(" ")[1]);
        } else if (step.send !== undefined) await this.#send(socket!, step.send);
        else if (step.recv != null) {
          await this.#receive(socket!, step.recv, differences[name][at], `${name} ${at}`);
        }
      }
      await socket!.quiet();
    } finally {
      socket?.close();
    }
  }

  async #send(socket: RawSocket, { op, hex }: Payload): Promise<void> {
    const payload = Uint8Array.fromHex(hex!);
    if (op === "binary") return socket.send("binary", bert.encode(this.#ours(bert.decode(payload))));
    const said = new TextDecoder().decode(payload);
    await socket.send("text", said.startsWith("N2O,") ? `N2O,${this.#token}` : said);
  }

  async #receive(
    socket: RawSocket,
    payload: Payload,
    difference: Difference | undefined,
    at: string,
  ): Promise<void> {
    if (difference?.first !== undefined) strictEqual(await this.#hear(socket), difference.first, at);
    const answer = await this.#hear(socket);
    const expected = plain(recorded(payload));
    strictEqual(
      answer,
      difference?.answer?.(expected) ?? expected,
      `${at}: ${difference?.why ?? "as recorded"}`,
    );
  }

  async #hear(socket: RawSocket): Promise<string> {
    const frame = await socket.frame();
    this.#learn(frame);
    return plain(read(frame));
  }

  /** A recorded message with what was sealed in our run in the place of what was sealed in that one. */
  #ours(term: Term): Term {
    if (isTuple(term, "pickle", 4)) {
      const pickled = text(term[2])!;
      // One is forged.
      return pickled.length < 20 ? term : tuple(term[0], term[1], this.#events.get(text(term[1])!)!, term[3]);
    }
    return isTuple(term, "init", 2) ? tuple(atom("init"), this.#token) : term;
  }

  /** Notes the events that an answer brings, by their triggers; keeps the token in it. */
  #learn(frame: WireFrame): void {
    if (frame.op !== "binary" || frame.payload.length === 0) return;
    const io = bert.decode(frame.payload);
    if (!isTuple(io, "io", 3)) return;
    for (
      const [, trigger, pickled] of text(io[1])!.matchAll(
        /atom\('pickle'\),bin\('(\w+)'\),bin\('([\w-]+)'\)/g,
      )
    ) {
      this.#events.set(trigger, pickled);
    }
    if (isTuple(io[2], "Token", 2)) this.#token = text(io[2][1])!;
  }
}

/** An answer without what differs in each run. */
function plain(answer: string): string {
  return answer.replace(/bin\('[\w-]{40,}'\)/g, "bin('EVENT')").replace(/auto-\d+/g, "auto")
    .replace(/\{'Token',<<"[\w-]+">>\}/, "{'Token',TOKEN}");
}

function recorded({ op, hex, term }: Payload): string {
  return term ?? (op === "text" ? `text ${new TextDecoder().decode(Uint8Array.fromHex(hex!))}` : "nothing");
}
