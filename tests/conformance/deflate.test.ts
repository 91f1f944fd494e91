import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { engines } from "../engines.ts";
import { frame, heard } from "./case.ts";
import { defaultOffer, deflateCases, deflateFrames, offers } from "./deflate_cases.ts";
import { records } from "./deflate_content.ts";
import {
  badOffers,
  hardOffers,
  looseOffers,
  offerCase,
  offerCases,
  otherExtensions,
} from "./deflate_offers.ts";
import { judge } from "./judge.ts";
import { same } from "./play.ts";
import { application, type DeflateChoice, reference, type Subject } from "./subjects.ts";
import { Wire } from "./wire.ts";

/** `Deno.serve` negotiates no extension. */
const compressing = engines.filter(({ name }) => name !== "serve");
const plain = engines.filter(({ name }) => name === "serve");

/** How an engine may be told to compress. */
const choices: readonly (readonly [string, DeflateChoice])[] = [
  ["each message by itself", {}],
  ["with what went before", { contextTakeover: true, thresholdBytes: 1 }],
  ["in a small window", { windowBits: 10, thresholdBytes: 1 }],
];

/**
 * Declares a test for each engine that compresses and each way to do it, and for the reference, so that the tables are known to be
 * right.
 */
function each(name: string, test: (subject: Subject) => Promise<void>): void {
  for (const engine of compressing) {
    for (const [how, choice] of choices) {
      Deno.test(`${engine.name}: compressing ${how}, ${name}`, async () => {
        await using subject = application(engine, choice);
        await test(subject);
      });
    }
  }
  Deno.test(`ws: ${name}`, async () => {
    await using subject = await reference(true);
    await test(subject);
  });
}

/** What a server answers to an offer: its choice, `none`, or the status of a refusal. */
async function answerTo(subject: Subject, offer: string): Promise<string> {
  try {
    await using wire = await Wire.open(subject, offer);
    await wire.write(frame("text", "Hello"));
    const echo = await wire.next();
    strictEqual(new TextDecoder().decode(echo?.payload), "Hello");
    return wire.agreed ?? "none";
  } catch (error) {
    return (error as Error).message;
  }
}

each("what is sent compressed comes back", async (subject) => {
  deepStrictEqual(await judge(subject, deflateCases, 3), []);
});

each("compressed frames are read by the rules of the extension", async (subject) => {
  deepStrictEqual(await judge(subject, deflateFrames), []);
});

each("every combination of parameters is agreed to, and kept to", async (subject) => {
  deepStrictEqual(await judge(subject, offerCases), []);
});

each("an offer that is hard to keep is kept to or declined", async (subject) => {
  const agreed: string[] = [];
  for (const offer of hardOffers) if (await answerTo(subject, offer) !== "none") agreed.push(offer);
  deepStrictEqual(await judge(subject, agreed.map(offerCase)), []);
});

each("an offer with a parameter that is none is declined", async (subject) => {
  if (subject.name === "ws") {
    // It refuses the whole handshake, and takes numbers that are none.
    for (const offer of badOffers) {
      strictEqual(await answerTo(subject, offer), "the handshake was answered with 400");
    }
    return;
  }
  for (const offer of [...badOffers, ...looseOffers]) {
    strictEqual(await answerTo(subject, offer), "none", offer);
    const next = await answerTo(subject, `${offer}, ${defaultOffer}`);
    ok(next.startsWith("permessage-deflate"), `the next one is not taken behind ${offer}`);
  }
});

each("other extensions are passed over", async (subject) => {
  for (const offer of otherExtensions) {
    strictEqual(await answerTo(subject, offer), "none", offer);
    await using wire = await Wire.open(subject, `${offer}, ${defaultOffer}`);
    ok(wire.agreed?.startsWith("permessage-deflate"));
  }
});

each("what is worth it goes out compressed", async (subject) => {
  await using wire = await Wire.open(subject, defaultOffer);
  const [long] = records.messages(50_000, 1);
  await wire.write(frame("text", long));
  ok(same([(await wire.next())!], [heard("text", long)]));
  ok(wire.received < long.length / 2, `${wire.received} bytes for ${long.length}`);
});

for (const engine of plain) {
  Deno.test(`${engine.name}: no extension is agreed to, and messages go as they are`, async () => {
    await using subject = application(engine);
    for (const offer of [...offers, ...badOffers, ...looseOffers, ...otherExtensions]) {
      strictEqual(await answerTo(subject, offer), "none", offer);
    }
  });
}

Deno.test("without the option no engine agrees to compress", async () => {
  for (const engine of compressing) {
    await using subject = application(engine);
    for (const offer of offers) strictEqual(await answerTo(subject, offer), "none", offer);
  }
});
