import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { N2OError } from "@n2o/n2o";
import { parseExtensions } from "../lib/framing/deflate_header.ts";
import { negotiate } from "../lib/framing/deflate_offer.ts";
import { type DeflateOptions, resolveDeflate } from "../lib/framing/deflate_settings.ts";

const NAME = "permessage-deflate";
const BOTH = "; server_no_context_takeover; client_no_context_takeover";

interface Row {
  readonly offer: string | null;
  readonly answer: string | undefined;
  readonly options?: DeflateOptions;
}

const takeover = { contextTakeover: true };

const rows: readonly Row[] = [
  { offer: null, answer: undefined },
  { offer: "", answer: undefined },
  { offer: NAME, answer: NAME + BOTH },
  { offer: NAME, answer: NAME, options: takeover },
  { offer: `${NAME}; client_max_window_bits`, answer: NAME + BOTH },
  { offer: `${NAME};client_no_context_takeover`, answer: NAME + BOTH },
  {
    offer: `${NAME};client_no_context_takeover`,
    answer: `${NAME}; client_no_context_takeover`,
    options: takeover,
  },
  {
    offer: `${NAME};server_no_context_takeover`,
    answer: `${NAME}; server_no_context_takeover`,
    options: takeover,
  },
  ...[8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits): Row[] => [
    {
      offer: `${NAME}; server_max_window_bits=${bits}`,
      answer: `${NAME}${BOTH}; server_max_window_bits=${bits}`,
    },
    {
      offer: `${NAME}; client_max_window_bits=${bits}`,
      answer: `${NAME}${BOTH}; client_max_window_bits=${bits}`,
    },
    {
      offer: `${NAME}; server_max_window_bits=${bits}; client_max_window_bits`,
      answer: `${NAME}; server_max_window_bits=${Math.min(bits, 10)}; client_max_window_bits=10`,
      options: { ...takeover, windowBits: 10 },
    },
  ]),
  // A client that has not said so may not be asked for a smaller window.
  { offer: NAME, answer: NAME, options: { ...takeover, windowBits: 10 } },
  // Quotes mean nothing.
  {
    offer: `${NAME}; server_max_window_bits="10"`,
    answer: `${NAME}${BOTH}; server_max_window_bits=10`,
  },
  {
    offer: `${NAME}; server_max_window_bits="\\1\\0"`,
    answer: `${NAME}${BOTH}; server_max_window_bits=10`,
  },
  // What is declined.
  ...[
    "server_max_window_bits",
    "server_max_window_bits=7",
    "server_max_window_bits=16",
    "server_max_window_bits=010",
    "server_max_window_bits=+9",
    "server_max_window_bits=9.0",
    "server_max_window_bits=10; server_max_window_bits=10",
    "server_max_window_bits=10; server_max_window_bits=11",
    "client_max_window_bits=7",
    "client_max_window_bits=16",
    "client_max_window_bits=x",
    "client_max_window_bits; client_max_window_bits=10",
    "server_no_context_takeover=1",
    "client_no_context_takeover=true",
    "server_no_context_takeover; server_no_context_takeover",
    "client_no_context_takeover; client_no_context_takeover",
    "server_max_window_bit=9",
    "Server_no_context_takeover",
    "unknown",
    "constructor",
  ].flatMap((parameters): Row[] => [
    { offer: `${NAME}; ${parameters}`, answer: undefined },
    { offer: `${NAME}; ${parameters}, ${NAME}`, answer: NAME + BOTH },
  ]),
  // The first that can be taken is taken, whatever else there is.
  { offer: `x-webkit-deflate-frame, foo; bar=1; baz="q", ${NAME}`, answer: NAME + BOTH },
  { offer: "x-webkit-deflate-frame", answer: undefined },
  { offer: `${NAME}2, my-${NAME}`, answer: undefined },
  {
    offer: `${NAME}; server_max_window_bits=9, ${NAME}; server_max_window_bits=10`,
    answer: `${NAME}${BOTH}; server_max_window_bits=9`,
  },
  {
    offer: ` ,\t, ${NAME} ;\tserver_max_window_bits = 12 , ,`,
    answer: `${NAME}${BOTH}; server_max_window_bits=12`,
  },
  // The combinations of the conformance suite's groups 13.1 to 13.7, from a client that takes every answer.
  ...["", "; server_no_context_takeover"].flatMap((context) =>
    ["", "; server_max_window_bits=9", "; server_max_window_bits=15"].flatMap((window): Row[] => {
      const offer = `${NAME}; client_no_context_takeover; client_max_window_bits${context}${window}`;
      return [
        { offer, answer: NAME + BOTH + window },
        { offer, answer: `${NAME}${context}; client_no_context_takeover${window}`, options: takeover },
      ];
    })
  ),
  {
    offer: `${NAME}; server_no_context_takeover; server_max_window_bits=9, ` +
      `${NAME}; server_no_context_takeover, ${NAME}`,
    answer: `${NAME}${BOTH}; server_max_window_bits=9`,
  },
];

for (const { offer, answer, options } of rows) {
  Deno.test(`the offer ${offer} with ${JSON.stringify(options ?? {})} is answered ${answer}`, () => {
    strictEqual(negotiate(offer, resolveDeflate(options))?.answer, answer);
  });
}

Deno.test("what was agreed on is what the answer says", () => {
  const settings = resolveDeflate({ contextTakeover: true, windowBits: 12 });
  const parameters = (offer: string) => negotiate(offer, settings)?.parameters;
  deepStrictEqual(parameters(NAME), {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: 12,
    clientMaxWindowBits: 15,
  });
  deepStrictEqual(
    parameters(`${NAME}; server_no_context_takeover; client_max_window_bits; server_max_window_bits=9`),
    {
      serverNoContextTakeover: true,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 12,
    },
  );
  strictEqual(parameters(`${NAME}; client_max_window_bits=10`)?.clientMaxWindowBits, 10);
});

Deno.test("a header is read with its order, doubled parameters and quotes", () => {
  deepStrictEqual(parseExtensions('a, b; c; c="d\\e"; f=1'), [
    { name: "a", parameters: [] },
    {
      name: "b",
      parameters: [{ name: "c", value: undefined }, { name: "c", value: "de" }, { name: "f", value: "1" }],
    },
  ]);
});

for (
  const bad of [
    ";",
    "a;",
    "a;;b",
    "a; =1",
    "a; b=",
    'a; b=""',
    'a; b="c',
    'a; b="c\\',
    'a; b="c d"',
    'a; b="c,d"',
    'a; b="c"d',
    "a b",
    "a; b c",
    "a=1",
    "a/b",
    "a; b=1=2",
    "ä",
    "a; b=ü",
    "a\u0000",
    "a; b\u007f",
    "a;\r\n b",
    "a; b\u00a0",
  ]
) {
  Deno.test(`a header that breaks the grammar is not read: ${JSON.stringify(bad)}`, () => {
    strictEqual(parseExtensions(bad), undefined);
    strictEqual(negotiate(`${NAME}, ${bad}`, resolveDeflate()), undefined);
  });
}

Deno.test("a list of nothing is no header", () => {
  for (const empty of ["", " ", ",", " , ,"]) strictEqual(parseExtensions(empty), undefined);
});

Deno.test("a header longer than anybody needs is not read", () => {
  const list = (count: number) => new Array(count).fill("a").join(",");
  const parameters = (count: number) => `a${"; b".repeat(count)}`;
  strictEqual(parseExtensions(list(16))?.length, 16);
  strictEqual(parseExtensions(list(17)), undefined);
  strictEqual(parseExtensions(parameters(16))?.[0].parameters.length, 16);
  strictEqual(parseExtensions(parameters(17)), undefined);
  strictEqual(parseExtensions("a".repeat(4096))?.length, 1);
  strictEqual(parseExtensions("a".repeat(4097)), undefined);
  strictEqual(parseExtensions(",".repeat(4097)), undefined);
});

for (
  const bad of [
    { level: 0 },
    { level: 10 },
    { level: 1.5 },
    { windowBits: 8 },
    { windowBits: 16 },
    { thresholdBytes: -1 },
    { thresholdBytes: NaN },
    { contextTakeover: 1 },
    { window: 9 },
  ]
) {
  Deno.test(`an option that cannot be is refused: ${JSON.stringify(bad)}`, () => {
    throws(
      () => resolveDeflate(bad as DeflateOptions),
      (error) => error instanceof N2OError && error.code === "bad_deflate",
    );
  });
}
