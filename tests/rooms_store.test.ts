import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import { createSecret, kvStore, memoryStore, N2OError, type Store } from "@n2o/n2o";
import { each } from "./engines.ts";
import { lasting } from "./lasting_store.ts";
import { RawSocket } from "./raw_socket.ts";
import { ask, hear, hello, say, t } from "./speech.ts";
import { enter, join, post, startRooms } from "./room_client.ts";

const stores: readonly [string, (path: string) => Promise<Store>, (store: Store) => Store][] = [
  ["memory", () => Promise.resolve(memoryStore()), lasting],
  ["kv", (path) => kvStore({ path }), (store) => store],
];

for (const [driver, open, keep] of stores) {
  each(`a restart keeps history and epoch, with the ${driver} store`, async (engine) => {
    const folder = await Deno.makeTempDir();
    const secret = createSecret();
    try {
      let store = await open(`${folder}/store.kv`);
      let known = { epoch: "", offset: 0 };
      let token = "";
      for (let round = 0; round < 3; round++) {
        if (driver === "kv" && round > 0) store = await open(`${folder}/store.kv`);
        await using running = startRooms(engine, {
          store: keep(store),
          secret,
          rooms: { historyMessages: 8 },
        });
        await using a = await RawSocket.open(running);
        if (round === 0) {
          const entered = await enter(running, "anna");
          token = entered.token;
          entered.socket.close();
        }
        strictEqual(await hello(a, token), token);
        const joined = await join(a, "lobby", known.epoch, known.offset);
        if (round > 0) strictEqual(joined.epoch, known.epoch);
        strictEqual(joined.complete, true);
        strictEqual(joined.offset, 5 * round);
        deepStrictEqual(joined.users, ["anna"]);
        deepStrictEqual(
          joined.messages.map(({ offset }) => offset),
          round === 0 ? [] : [5 * round - 1, 5 * round],
        );
        for (let i = 1; i <= 5; i++) strictEqual(await post(a, "lobby", `${round}-${i}`, "x"), 5 * round + i);
        // Said again after the restart, it is still the same message.
        if (round > 0) {
          strictEqual(
            await ask(a, t("post", "lobby", `${round - 1}-5`, "x")),
            `{posted,<<"lobby">>,<<"${round - 1}-5">>,${5 * round}}`,
          );
        }
        await using b = await RawSocket.open(running);
        strictEqual((await join(b, "lobby")).messages.length, Math.min(8, 5 * round + 5));
        known = { epoch: joined.epoch, offset: 5 * round + 3 };
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

each("a lost history has another epoch", async (engine) => {
  const epochs = new Set<string>();
  for (let i = 0; i < 3; i++) {
    await using running = startRooms(engine);
    await using a = await RawSocket.open(running);
    const { epoch, complete } = await join(a, "lobby", [...epochs][0] ?? "", 0);
    strictEqual(complete, i === 0);
    notStrictEqual(epoch, "");
    epochs.add(epoch);
  }
  strictEqual(epochs.size, 3);
});

each("a store that takes no more writes for a moment loses and doubles nothing", async (engine) => {
  const store = lasting(memoryStore());
  const { set, delete: remove } = store;
  await using running = startRooms(engine, { store, rooms: { historyMessages: 2 } });
  await using a = await RawSocket.open(running);
  await using b = await RawSocket.open(running);
  await join(a, "lobby");
  await join(b, "lobby");
  const heard: string[] = [];
  // A post takes up to three writes: the room, the message, and the oldest one dropped. Each of them fails once.
  for (let at = 1; at <= 4; at++) {
    for (let before = 0; before < 3; before++) {
      let writes = 0;
      const count = <A extends unknown[], R>(write: (...args: A) => R) => (...args: A): R => {
        if (writes++ === before) throw new N2OError("store_busy", "too much waits for the disk");
        return write(...args);
      };
      Object.assign(store, { set: count(set), delete: count(remove) });
      await say(a, t("post", "lobby", `${at}`, "x"));
      await a.send("text", "PING");
      for (let said = await hear(a); said !== "text PONG"; said = await hear(a)) {
        if (said.startsWith("{error,")) {
          strictEqual(said, `{error,store_unavailable,{post,<<"lobby">>,<<"${at}">>}}`);
        }
      }
      await b.send("text", "PING");
      for (let said = await hear(b); said !== "text PONG"; said = await hear(b)) {
        heard.push(said.slice(0, 34));
      }
    }
  }
  deepStrictEqual(
    heard,
    [1, 2, 3, 4].map((at) => `{message,<<"lobby">>,${at},<<"${at}">>,<<>>`.slice(0, 34)),
  );
  await using c = await RawSocket.open(running);
  strictEqual((await join(c, "lobby")).offset, 4);
  // What could not be dropped in time is dropped with the next message.
  Object.assign(store, { set, delete: remove });
  await post(a, "lobby", "5", "x");
  await using d = await RawSocket.open(running);
  deepStrictEqual((await join(d, "lobby")).messages.map(({ id }) => id), ["4", "5"]);
  strictEqual((await store.list(["room", "lobby", "message"])).length, 2);
});
