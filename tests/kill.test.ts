import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { bert, isTuple, type Term, text, type Tuple } from "@n2o/n2o";
import { type Killable, startKillable } from "./killable.ts";
import { type Address, RawSocket } from "./raw_socket.ts";
import { ask, hello, say, t } from "./speech.ts";

const ROUNDS = 10;
const CLIENTS = 50;
const ROOMS = 5;
const KEYS = 8;

/** A server in a process of its own. */
function serve(path: string): Promise<Killable> {
  const flags = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];
  return startKillable("./kill_server.ts", flags, [path]);
}

/** What one client knows, over all lives of the server. */
class Client {
  readonly name: string;
  readonly room: string;
  token = "";
  /** The value of each key that was acknowledged last, and the one that was sent last. */
  readonly acknowledged = new Map<string, number>();
  readonly sent = new Map<string, number>();
  /** The offset of each message that was acknowledged. */
  readonly posted = new Map<string, number>();
  /** The message that was sent and not acknowledged: said again in the next life. */
  pending: string | undefined;
  /** Messages that this member was given. */
  readonly heard = new Map<string, number>();
  acknowledgements = 0;
  #value = 0;
  #socket: RawSocket | undefined;

  constructor(index: number) {
    this.name = `client ${index}`;
    this.room = `room ${index % ROOMS}`;
  }

  /** Connects, and checks that its session is what was acknowledged. */
  async connect(address: Address): Promise<void> {
    const socket = this.#socket = await RawSocket.open(address);
    const token = await hello(socket, this.token);
    if (this.token !== "") strictEqual(token, this.token, "the session goes on");
    this.token = token;
    for (const [key, sent] of this.sent) {
      const stored = await ask(socket, t("get", key));
      const least = this.acknowledged.get(key);
      if (stored === "none") ok(least === undefined, `${this.name}: ${key} is lost`);
      else ok(Number(stored) >= (least ?? 1) && Number(stored) <= sent, `${this.name}: ${key} is ${stored}`);
    }
    await say(socket, t("join", this.room, "", 0));
    const joined = bert.decode((await socket.frame()).payload);
    ok(isTuple(joined, "joined", 6));
    await socket.frame();
  }

  /** Sets and posts until the server is gone. */
  async work(): Promise<void> {
    try {
      if (this.pending !== undefined) await this.#post(this.pending);
      for (;;) {
        const key = `key ${this.#value % KEYS}`;
        const value = ++this.#value;
        this.sent.set(key, value);
        await say(this.#socket!, t("set", key, value));
        await this.#until((term) => isTuple(term, "ok", 2) && text(term[1]) === key);
        this.acknowledged.set(key, value);
        this.acknowledgements++;
        await this.#post(`${this.name} ${value}`);
      }
    } catch {
      this.#socket!.close();
    }
  }

  close(): void {
    this.#socket?.close();
  }

  async #post(id: string): Promise<void> {
    this.pending = id;
    await say(this.#socket!, t("post", this.room, id, `body of ${id}`));
    const posted = await this.#until((term) => isTuple(term, "posted", 4) && text(term[2]) === id);
    this.posted.set(id, Number(posted[3]));
    this.pending = undefined;
    this.acknowledgements++;
  }

  /** Reads on until the answer comes; what the room brings meanwhile is noted. */
  async #until(isAnswer: (term: Term) => boolean): Promise<Tuple> {
    for (;;) {
      const term = bert.decode((await this.#socket!.frame()).payload);
      if (isAnswer(term)) return term as Tuple;
      if (isTuple(term, "message", 7)) this.heard.set(text(term[3])!, Number(term[2]));
    }
  }
}

/** The history of a room: ids by offset. */
async function history(
  address: Address,
  room: string,
): Promise<{ epoch: string; ids: string[]; bodies: string[] }> {
  await using socket = await RawSocket.open(address);
  await say(socket, t("join", room, "", 0));
  const joined = bert.decode((await socket.frame()).payload);
  ok(isTuple(joined, "joined", 6) && joined[5] === true);
  const messages = joined[4] as Tuple[];
  messages.forEach((message, at) => strictEqual(message[2], at + 1, "offsets have no gap"));
  return {
    epoch: text(joined[2])!,
    ids: messages.map((message) => text(message[3])!),
    bodies: messages.map((message) => text(message[6])!),
  };
}

Deno.test("kill -9 while fifty clients set variables and post: what was acknowledged is there, once", async () => {
  const folder = await Deno.makeTempDir();
  const clients = Array.from({ length: CLIENTS }, (_, index) => new Client(index));
  const epochs = new Map<string, string>();
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const server = await serve(`${folder}/store.kv`);
      try {
        for (let index = 0; index < ROOMS; index++) {
          const room = `room ${index}`;
          const { epoch, ids, bodies } = await history(server.address, room);
          const place = new Map(ids.map((id, at) => [id, at + 1]));
          strictEqual(place.size, ids.length, "no message twice");
          deepStrictEqual(bodies, ids.map((id) => `body of ${id}`));
          for (const client of clients.filter((one) => one.room === room)) {
            for (const [id, offset] of client.posted) {
              strictEqual(place.get(id), offset, `${id} was acknowledged`);
            }
            for (const [id, offset] of client.heard) {
              strictEqual(place.get(id), offset, `${id} was delivered`);
            }
          }
          if (ids.length > 0) strictEqual(epochs.get(room) ?? epoch, epoch, "the history goes on");
          if (ids.length > 0) epochs.set(room, epoch);
        }
        await Promise.all(clients.map((client) => client.connect(server.address)));
        if (round === ROUNDS) break;
        const before = clients.reduce((sum, { acknowledgements }) => sum + acknowledgements, 0);
        const enough = before + 100 + Math.random() * 900;
        const working = clients.map((client) => client.work());
        while (clients.reduce((sum, { acknowledgements }) => sum + acknowledgements, 0) < enough) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await server.kill();
        await Promise.all(working);
      } finally {
        await server.kill().catch(() => {});
      }
    }
    ok(clients.every(({ posted, acknowledged }) => posted.size > 0 && acknowledged.size > 0));
  } finally {
    for (const client of clients) client.close();
    await Deno.remove(folder, { recursive: true });
  }
});
