import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { heart, type N2OOptions } from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { Neighbour } from "./neighbour.ts";
import { closeOf, RawSocket } from "./raw_socket.ts";
import { echoProto } from "./echo_proto.ts";
import { hear } from "./speech.ts";
import vectors from "./vectors/bert_bad.json" with { type: "json" };

function start(engine: Engine, more: Partial<N2OOptions> = {}): Running {
  return engine.start({ protocols: [heart, echoProto], log: keepLog().log, ...more });
}

each("malformed terms are answered with 1007 and a reason, and nobody else notices", async (engine) => {
  await using running = start(engine);
  await using neighbour = await Neighbour.move(running);
  let refused = 0;
  for (const { name, hex, unsafe } of vectors.cases) {
    await using socket = await RawSocket.open(running);
    await socket.send("binary", Uint8Array.fromHex(hex));
    const answer = await socket.frame();
    const decodes = unsafe !== "badarg" && !name.startsWith("unknown tag 7");
    if (hex === "" || decodes) {
      strictEqual(answer.hex, "8200", name);
      await socket.quiet();
      continue;
    }
    const { code, reason } = closeOf(answer);
    strictEqual(code, 1007, name);
    match(reason, /^[a-z_]+ at byte \d+$/, name);
    refused++;
    await socket.send("close", answer.payload);
    deepStrictEqual(await socket.ended(), { rest: new Uint8Array(0), how: "end" }, name);
  }
  strictEqual(running.n2o.counters.malformed, refused);
  ok(refused > 500);
  await neighbour.undisturbed();
});

each("what a malformed frame carries reaches neither the log nor the reason", async (engine) => {
  const { log, lines } = keepLog();
  await using running = start(engine, { log });
  await using socket = await RawSocket.open(running, "/ws/", [["Cookie", "X-Auth-Token=hidden-token"]]);
  await socket.send("binary", new TextEncoder().encode("hidden payload"));
  const { reason } = closeOf(await socket.frame());
  ok(!(JSON.stringify(lines) + reason).includes("hidden"));
});

each("atoms beyond the bound are answered with 1007", async (engine) => {
  await using running = start(engine);
  await using neighbour = await Neighbour.move(running);
  const longest = Uint8Array.fromHex("8377" + "ff" + "61".repeat(255));
  await using socket = await RawSocket.open(running);
  await socket.send("binary", longest);
  strictEqual(await hear(socket), "nothing");
  await using other = await RawSocket.open(running);
  await other.send("binary", Uint8Array.fromHex("8364" + "0100" + "61".repeat(256)));
  match(await hear(other), /^close 1007 /);
  await neighbour.undisturbed();
});

each("a bomb of zeros, a well of lists and a flood of atoms harm nobody", async (engine) => {
  await using running = start(engine, { limits: { maxMessagesPerSecond: 1_000_000 } });
  await using neighbour = await Neighbour.move(running);
  const before = Deno.memoryUsage().rss;
  const refused = async (name: string, frame: Uint8Array) => {
    await using socket = await RawSocket.open(running);
    await socket.send("binary", frame);
    match(await hear(socket), /^close 1007 [a-z_]+ at byte \d+$/, name);
  };
  // A binary of 200 MB, which is 200 KB when it is compressed.
  const plain = new Uint8Array(200_000_000);
  plain[0] = 109;
  new DataView(plain.buffer).setUint32(1, plain.length - 5);
  const bomb = await compressed(plain);
  ok(bomb.length < 1_000_000);
  await refused("a bomb", bomb);
  // The size that it claims is no size to allocate.
  await refused("a claim", new Uint8Array([131, 80, 0xff, 0xff, 0xff, 0xff, ...bomb.subarray(6, 2_000)]));
  await refused("a small claim", new Uint8Array([131, 80, 0, 0, 0, 1, ...bomb.subarray(6)]));
  const deep = (unit: number[], times: number) =>
    new Uint8Array([131, ...Array(times).fill(unit).flat(), 106]);
  await refused("lists", deep([108, 0, 0, 0, 1], 100_000));
  await refused("tuples", deep([104, 1], 400_000));
  await refused("maps", deep([116, 0, 0, 0, 1, 97, 1], 100_000));
  await refused("a list of 4 G", new Uint8Array([131, 108, 0xff, 0xff, 0xff, 0xff, 97, 1]));
  await refused("a tuple of 4 G", new Uint8Array([131, 105, 0xff, 0xff, 0xff, 0xff, 97, 1]));
  await refused("a binary of 4 G", new Uint8Array([131, 109, 0xff, 0xff, 0xff, 0xff, 97, 1]));
  // A hundred thousand atoms, a thousand a message; then another client says one that nobody has said before.
  await using flood = await RawSocket.open(running);
  for (let message = 0; message < 100; message++) {
    const atoms = Array.from({ length: 1_000 }, (_, i) => `flood_${message}_${i}`);
    const list = [131, 108, 0, 0, 0x03, 0xe8];
    for (const name of atoms) list.push(119, name.length, ...new TextEncoder().encode(name));
    await flood.send("binary", new Uint8Array([...list, 106]));
    match(await hear(flood), /^nothing$|^close 1007 /);
  }
  await using fresh = await RawSocket.open(running);
  await fresh.sendHex("82" + "8b" + "00000000" + "83" + "7708" + "6e65766572736564");
  strictEqual(await hear(fresh), "nothing");
  ok(Deno.memoryUsage().rss - before < 800_000_000, "bounded");
  await neighbour.undisturbed();
});

each(
  "keys made to share a bucket of V8's are a map like any other, and a twin is found among them",
  async (engine) => {
    await using running = start(engine);
    await using neighbour = await Neighbour.move(running);
    // Integers of 11 bytes whose low 64 bits are the same; integers that are multiples of a power of two.
    const large = (i: number) => [110, 11, 0, 5, 0, 0, 0, 0, 0, 0, 0, i & 255, i >> 8 & 255, 1];
    const small = (i: number) => [98, i >> 8 & 255, i & 255, 0, 5];
    // A tuple; digits.
    const nested = (i: number) => [104, 1, ...large(i)];
    const digits = (
      i: number,
    ) => [109, 0, 0, 0, 10, ...new TextEncoder().encode(String(2 ** 30 + i * 2 ** 16))];
    for (const key of [large, small, nested, digits]) {
      const map = (count: number) => {
        const frame = [131, 116, 0, 0, count >> 8, count & 255];
        for (let i = 0; i < count; i++) frame.push(...key(i % 30_000), 97, 1);
        return Uint8Array.from(frame);
      };
      await using socket = await RawSocket.open(running);
      await socket.send("binary", map(30_000));
      strictEqual(await hear(socket), "nothing", key.name);
      await socket.send("binary", map(30_001));
      match(await hear(socket), /^close 1007 duplicate_key at byte \d+$/, key.name);
    }
    await neighbour.undisturbed();
  },
);

/** A term's bytes, compressed as Erlang compresses them. */
async function compressed(term: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([term]).stream().pipeThrough(new CompressionStream("deflate"));
  const zlib = new Uint8Array(await new Response(stream).arrayBuffer());
  const frame = new Uint8Array(6 + zlib.length);
  frame.set([131, 80]);
  new DataView(frame.buffer).setUint32(2, term.length);
  frame.set(zlib, 6);
  return frame;
}

// F07, F08
each("what peers send comes back byte for byte, whatever alphabet or term it is", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.open(running);
  const head = "8368026400046563686f";
  for (
    const term of [
      // ыыы as an atom, as a binary and in a list; ¶ and 😀.
      "7706d18bd18bd18b",
      "6d00000006d18bd18bd18b",
      "6c000000016d00000006d18bd18bd18b6a",
      "6c000000016d00000002c2b66a",
      "7704f09f9880",
      "640001b6",
      // A pid of a node with a UTF-8 name, a port in the 64-bit form: alone, in a tuple, as a key.
      "58770d6e6f6e6f6465406e6f686f7374000000010000000200000003",
      "78770d6e6f6e6f6465406e6f686f7374000000000000000300000000",
      "680178770d6e6f6e6f6465406e6f686f7374000000000000000300000000",
      "740000000178770d6e6f6e6f6465406e6f686f73740000000000000003000000006101",
    ]
  ) {
    const frame = Uint8Array.fromHex(head + term);
    await socket.send("binary", frame);
    strictEqual((await socket.frame()).payload.toHex(), frame.toHex(), term);
  }
  await socket.send("text", "ыыы ¶ 😀");
  strictEqual(await hear(socket), "nothing");
});
