import { deepStrictEqual, match, notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createCipheriv } from "node:crypto";
import { bert } from "../lib/formats/bert.ts";
import { createSecret, type Secret } from "../lib/secret.ts";
import { parseSecretText, SecretKey } from "../lib/secret_key.ts";
import { N2OSecret } from "../lib/secret_n2o.ts";
import { atom, type Term, tuple } from "../lib/term.ts";
import vectors from "./vectors/secret.json" with { type: "json" };

const hex = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const toHex = (term: Term | undefined) =>
  term === undefined ? undefined : Buffer.from(bert.encode(term)).toString("hex");
const n2o = (key: string) => createSecret({ driver: "n2o", key: hex(key) });
const drivers: [string, () => Secret][] = [
  ["aes-256-gcm", () => createSecret()],
  ["n2o", () => createSecret({ driver: "n2o", key: "0123456789abcdef" })],
];

Deno.test("n2o: tokens are the original's, byte for byte", () => {
  for (const row of [...vectors.pickles, ...vectors.auth_tokens]) {
    const secret = new N2OSecret(hex(row.secret), 65536);
    strictEqual(secret.pickleWith(bert.decode(hex(row.term_hex)), hex(row.iv)), row.token, row.name);
    strictEqual(toHex(secret.depickle(row.token)), row.term_hex, row.name);
  }
});

Deno.test("n2o: what was tampered with is no token", () => {
  for (const row of vectors.tampered) {
    const got = n2o(row.secret).depickle(row.token);
    // The original knows only the atoms of its own program; here unknown ones decode.
    if (row.name === "valid mac, term with unknown atom (safe)") ok(got !== undefined, row.name);
    else strictEqual(got, undefined, row.name);
  }
});

Deno.test("n2o: the original's quirks are read, but a token has one spelling", () => {
  const strict = new Set([
    "uppercase hex is accepted",
    "one extra hex digit at the end is ignored (odd length)",
    "one extra non-hex char at the end is ignored",
    "newline at the end is ignored",
    "plus-sign hex pairs: +N reads as 0N",
  ]);
  for (const row of vectors.quirks) {
    const got = n2o(row.secret).depickle(row.token);
    if (strict.has(row.name)) strictEqual(got, undefined, row.name);
    else ok(got !== undefined, row.name);
    strict.delete(row.name);
  }
  strictEqual(strict.size, 0);
});

Deno.test("n2o: an empty term is told from a failure", () => {
  const row = vectors.quirks.find((quirk) => quirk.name.startsWith("pickled <<>>"))!;
  strictEqual(toHex(n2o(row.secret).depickle(row.token)), "836d00000000");
});

Deno.test("n2o: session ids are the original's", () => {
  for (const row of vectors.sids) {
    strictEqual(n2o(row.secret).sid(bert.decode(hex(row.seed_hex))), row.sid, row.name);
  }
});

Deno.test("n2o: a key that has not 16 bytes is a clear error, at once", () => {
  for (const key of ["", "0123456789abcde", "0123456789abcdefg", "їїїїїїїїїїїїїїїї", new Uint8Array(32)]) {
    throws(() => createSecret({ driver: "n2o", key }), { code: "bad_secret", message: /16 bytes/ });
  }
  throws(() => createSecret({ driver: "n2o" }), { code: "bad_secret", message: /needs a `key`/ });
  throws(() => n2o(vectors.default_secret).useKeys([SecretKey.generate()]), { code: "bad_secret" });
});

for (const [name, make] of drivers) {
  Deno.test(`${name}: every term comes back as it went, in a token fit for cookies and URLs`, () => {
    const secret = make();
    strictEqual(secret.driver, name);
    for (const row of vectors.pickles) {
      const token = secret.pickle(bert.decode(hex(row.term_hex)), "purpose");
      match(token, /^[A-Za-z0-9_-]+$/);
      strictEqual(toHex(secret.depickle(token, "purpose")), row.term_hex, row.name);
    }
  });

  Deno.test(`${name}: no two tokens are alike`, () => {
    const secret = make();
    const tokens = new Set(Array.from({ length: 1000 }, () => secret.pickle(1)));
    strictEqual(tokens.size, 1000);
    strictEqual(new Set([...tokens].map((token) => token.slice(0, 20))).size, 1000);
  });

  Deno.test(`${name}: changed, cut, lengthened or foreign, a token is none, and nothing is thrown`, () => {
    const secret = make();
    const token = secret.pickle(tuple(atom("user"), "alice"));
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === "0" ? "1" : "0";
      strictEqual(
        secret.depickle(token.slice(0, i) + other + token.slice(i + 1)),
        undefined,
        `changed at ${i}`,
      );
      strictEqual(secret.depickle(token.slice(0, i)), undefined, `cut at ${i}`);
    }
    const odd = [
      "",
      token + "0",
      token + "00",
      token + "=",
      token + "\n",
      ` ${token}`,
      token + "\0",
      token + token,
    ];
    odd.push(
      "ї".repeat(100),
      "\ud800".repeat(100),
      "-".repeat(200),
      "A".repeat(200),
      token.replaceAll(/./g, "ł"),
    );
    const foreign = [createSecret(), createSecret({ driver: "n2o", key: "fedcba9876543210" })];
    odd.push(token.toUpperCase(), ...foreign.map((other) => other.pickle(1)));
    for (const bad of odd) strictEqual(secret.depickle(bad), undefined, JSON.stringify(bad.slice(0, 20)));
    for (const bad of [undefined, null, 1, {}, [token], new Uint8Array(100)]) {
      strictEqual(secret.depickle(bad as unknown as string), undefined);
    }
    ok(secret.depickle(token) !== undefined);
  });

  Deno.test(`${name}: session ids have 20 hexadecimal characters; new ones are always others`, () => {
    const secret = make();
    match(secret.sid(tuple(1, 2, 3)), /^[0-9a-f]{20}$/);
    strictEqual(secret.sid(tuple(1, 2, 3)), secret.sid(tuple(1, 2, 3)));
    notStrictEqual(secret.sid(tuple(1, 2, 3)), secret.sid(tuple(1, 2, 4)));
    const ids = Array.from({ length: 1000 }, () => secret.newSid());
    strictEqual(new Set(ids).size, 1000);
    ok(ids.every((id) => /^[0-9a-f]{20}$/.test(id)));
  });
}

Deno.test("a token that nobody would read is not made, and a longer one not looked at", () => {
  for (const driver of ["n2o", "aes-256-gcm"] as const) {
    const key = driver === "n2o" ? "0123456789abcdef" : undefined;
    const secret = createSecret({ driver, key, maxTokenBytes: 256 });
    const fits = secret.pickle("x".repeat(50));
    ok(fits.length <= 256 && secret.depickle(fits) !== undefined);
    throws(() => secret.pickle("x".repeat(200)), { code: "token_too_large" });
  }
  const key = SecretKey.generate();
  const long = createSecret({ keys: [key], maxTokenBytes: 1_000_000 }).pickle("x".repeat(60_000));
  strictEqual(createSecret({ keys: [key] }).depickle(long), undefined);
});

Deno.test("a token reads for its own purpose only", () => {
  const secret = createSecret();
  const token = secret.pickle(1, "session");
  strictEqual(secret.depickle(token, "session"), 1);
  for (const other of ["", "sessio", "session ", "event", "Session", "їsession"]) {
    strictEqual(secret.depickle(token, other), undefined, other);
  }
  strictEqual(secret.depickle(token), undefined);
  strictEqual(secret.depickle(secret.pickle(1, "їжак"), "їжак"), 1);
});

Deno.test("after a rotation old tokens of every purpose still read, until their key is removed", () => {
  const [one, two] = [SecretKey.generate(), SecretKey.generate()];
  const secret = createSecret({ keys: [one] });
  const session = secret.pickle("s", "session");
  const event = secret.pickle("e", "event");
  const keyId = (token: string) => Buffer.from(token, "base64url").toString("hex", 1, 5);

  secret.useKeys([two, one]);
  ok(secret.depickle(session, "session") !== undefined);
  ok(secret.depickle(event, "event") !== undefined);
  const young = secret.pickle("s", "session");
  strictEqual(keyId(session), one.id);
  strictEqual(keyId(young), two.id);

  secret.useKeys([two]);
  strictEqual(secret.depickle(session, "session"), undefined);
  strictEqual(secret.depickle(event, "event"), undefined);
  ok(secret.depickle(young, "session") !== undefined);
});

/** A sealed token by hand, as the format says. */
function sealed(key: SecretKey, plain: Uint8Array, version = 1, purpose = ""): string {
  const head = Buffer.concat([Buffer.of(version), Buffer.from(key.id, "hex")]);
  const nonce = Buffer.alloc(12, 7);
  const cipher = createCipheriv("aes-256-gcm", key.derive("n2o aes-256-gcm"), nonce);
  cipher.setAAD(Buffer.concat([head, Buffer.from(purpose)]));
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()]).toString("base64url");
}

Deno.test("a token is version, key id, nonce, sealed BERT and tag; another version or no BERT is none", () => {
  const key = SecretKey.generate();
  const secret = createSecret({ keys: [key] });
  strictEqual(secret.depickle(sealed(key, hex("836107"))), 7);
  strictEqual(secret.depickle(sealed(key, hex("836107"), 1, "p"), "p"), 7);
  strictEqual(secret.depickle(sealed(key, hex("836107"), 2)), undefined);
  strictEqual(secret.depickle(sealed(key, hex("836107"), 0)), undefined);
  for (const junk of ["", "83", "00", "ff6107", "836d7fffffff", "8368ff"]) {
    strictEqual(secret.depickle(sealed(key, hex(junk))), undefined, junk);
  }
  strictEqual(secret.pickle(7).length, Math.ceil((33 + 3) * 4 / 3));
});

Deno.test("a token with unused bits set, padded, or in the other base64 alphabet is none", () => {
  const key = SecretKey.generate();
  const secret = createSecret({ keys: [key] });
  const token = sealed(key, hex("8368016107"));
  const bytes = Buffer.from(token, "base64url");
  strictEqual(bytes.length % 3, 2);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1)!);
  const twin = token.slice(0, -1) + alphabet[last | 1];
  deepStrictEqual(Buffer.from(twin, "base64url"), bytes);
  strictEqual(secret.depickle(twin), undefined);
  strictEqual(secret.depickle(bytes.toString("base64")), undefined);
  ok(secret.depickle(token) !== undefined);
});

Deno.test("keys that do not fit are clear errors, and no message shows them", () => {
  const text = "correct horse battery staple";
  const rows: [() => unknown, RegExp][] = [
    [() => createSecret({ key: new Uint8Array(16) }), /32 bytes, this one has 16/],
    [() => createSecret({ key: text }), /no key of 32 bytes/],
    [() => createSecret({ key: "" }), /empty/],
    [() => createSecret({ key: "0".repeat(64) }), /not random/],
    [() => createSecret({ keys: [] }), /needs a key/],
    [() => createSecret({ key: text, keys: [SecretKey.generate()] }), /not both/],
    [() => createSecret({ driver: "none" as "n2o" }), /"none"/],
  ];
  for (const [make, message] of rows) {
    throws(make, (error: Error & { code: string; value: unknown }) => {
      strictEqual(error.code, "bad_secret");
      match(error.message, message);
      ok(!Deno.inspect(error.message).includes("horse") && error.value !== text);
      return true;
    });
  }
  const key = SecretKey.generate();
  throws(() => createSecret({ keys: [key, key] }), { code: "bad_secret", message: /same id/ });
});

Deno.test("keys are read from text in hexadecimal or base64, the newest first", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const { id } = new SecretKey(bytes);
  const buffer = Buffer.from(bytes);
  const spellings = [buffer.toString("hex"), buffer.toString("hex").toUpperCase(), buffer.toString("base64")];
  spellings.push(buffer.toString("base64url"), `\n ${buffer.toString("base64url")}=\n`);
  for (const spelling of spellings) strictEqual(parseSecretText(spelling)[0].id, id, spelling);
  const [one, two] = [SecretKey.generate(), SecretKey.generate()];
  deepStrictEqual(parseSecretText(`${one.reveal()}, ${two.reveal()}\n`).map((key) => key.id), [
    one.id,
    two.id,
  ]);
  for (
    const bad of [
      "x".repeat(64),
      "x".repeat(42),
      "!".repeat(43),
      buffer.toString("hex").slice(1),
      "ї".repeat(43),
    ]
  ) {
    throws(() => parseSecretText(bad), { code: "bad_secret" }, bad);
  }
});

Deno.test("a key shows its bytes to nobody who does not ask", () => {
  const key = SecretKey.generate();
  for (const shown of [Deno.inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key), String(key)]) {
    ok(!shown.includes(key.reveal()));
    ok(!shown.includes(Buffer.from(key.reveal(), "base64url").toString("hex")));
  }
  const secret = createSecret({ keys: [key] });
  deepStrictEqual(Object.keys(secret), ["driver"]);
});
