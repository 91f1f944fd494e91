import { strictEqual, throws } from "node:assert/strict";
import { originAllowed, parseOrigins } from "../lib/endpoints/origin.ts";

const none = parseOrigins([]);

Deno.test("who sends no Origin is no browser, and may connect", () => {
  strictEqual(originAllowed(null, "a.example", true, none), true);
  strictEqual(originAllowed(null, null, false, none), true);
});

const rows: [origin: string, host: string | null, secure: boolean, allowed: boolean][] = [
  ["https://a.example", "a.example", true, true],
  ["http://a.example", "a.example", false, true],
  // A proxy in front speaks TLS, this server does not know.
  ["https://a.example", "a.example", false, true],
  // A page without TLS may be anybody's who sits on the line.
  ["http://a.example", "a.example", true, false],
  ["https://a.example", "a.example:443", true, true],
  ["http://a.example", "a.example:80", false, true],
  ["https://a.example:443", "a.example", true, true],
  ["https://A.Example", "a.eXample", true, true],
  ["http://localhost:8001", "localhost:8001", false, true],
  ["http://127.0.0.1:8001", "127.0.0.1:8001", false, true],
  ["http://[::1]:8001", "[::1]:8001", false, true],
  ["http://[0:0:0:0:0:0:0:1]:8001", "[::1]:8001", false, true],
  ["https://xn--e1afmkfd.example", "xn--e1afmkfd.example", true, true],
  ["https://a.example", "b.example", true, false],
  ["https://a.example", "a.example:8443", true, false],
  ["https://a.example:8443", "a.example", true, false],
  ["https://a.example", "a.example:80", true, false],
  ["http://localhost:3000", "localhost:8001", false, false],
  ["http://localhost:8001", "127.0.0.1:8001", false, false],
  ["https://a.example.evil.example", "a.example", true, false],
  ["https://evila.example", "a.example", true, false],
  ["https://a.example", null, true, false],
  ["https://a.example", "", true, false],
  ["null", "null", true, false],
  ["null", null, false, false],
  ["", "", false, false],
  ["a.example", "a.example", true, false],
  ["//a.example", "a.example", true, false],
  ["https://", "", true, false],
  ["https://a.example/", "a.example", true, false],
  ["https://user@a.example", "a.example", true, false],
  ["https://evil.example/@a.example", "a.example", true, false],
  ["https://a.example https://evil.example", "a.example", true, false],
  ["https://a.example:", "a.example", true, false],
  ["https://a.example:99999999999", "a.example", true, false],
  ["https://a.example\u0000", "a.example\u0000", true, false],
  ["https://[::1", "[::1", true, false],
  ["file://", "", false, false],
  ["chrome-extension://abcdef", "abcdef", false, false],
  [`https://${"a".repeat(1000)}`, "a".repeat(1000), true, false],
];

Deno.test("a page of the own host may connect, another one not", () => {
  for (const [origin, host, secure, allowed] of rows) {
    strictEqual(originAllowed(origin, host, secure, none), allowed, `${origin} at ${host}, ${secure}`);
  }
});

Deno.test("origins on the list may connect from elsewhere", () => {
  const list = parseOrigins(["https://app.example", "http://localhost:3000", "HTTPS://Shop.example:443"]);
  const at = (origin: string) => originAllowed(origin, "chat.example", true, list);
  strictEqual(at("https://app.example"), true);
  strictEqual(at("https://app.example:443"), true);
  strictEqual(at("https://shop.example"), true);
  strictEqual(at("http://localhost:3000"), true);
  strictEqual(at("http://app.example"), false);
  strictEqual(at("https://app.example:8443"), false);
  strictEqual(at("https://sub.app.example"), false);
  strictEqual(at("http://localhost"), false);
  strictEqual(at("null"), false);
  strictEqual(at("https://chat.example"), true);
  strictEqual(originAllowed("null", "chat.example", true, parseOrigins(["null"])), true);
  strictEqual(originAllowed("app://obsidian.md", "x", true, parseOrigins(["app://obsidian.md"])), true);
});

Deno.test("a wildcard is for the subdomains of one domain, its scheme and its port", () => {
  const list = parseOrigins(["https://*.example.com", "http://*.test.local:8080"]);
  const at = (origin: string) => originAllowed(origin, "chat.example", true, list);
  strictEqual(at("https://a.example.com"), true);
  strictEqual(at("https://a.b.EXAMPLE.com"), true);
  strictEqual(at("http://a.test.local:8080"), true);
  strictEqual(at("https://example.com"), false);
  strictEqual(at("https://.example.com"), false);
  strictEqual(at("https://evilexample.com"), false);
  strictEqual(at("https://a.example.com.evil.example"), false);
  strictEqual(at("https://evil.example/.example.com"), false);
  strictEqual(at("http://a.example.com"), false);
  strictEqual(at("https://a.example.com:8443"), false);
  strictEqual(at("http://a.test.local"), false);
});

Deno.test("a star is for everybody", () => {
  const list = parseOrigins(["*"]);
  for (const origin of ["https://evil.example", "null", "junk"]) {
    strictEqual(originAllowed(origin, "chat.example", true, list), true);
  }
});

Deno.test("an entry that can never match is an error that shows how to write it", () => {
  const bad = [
    "",
    "example.com",
    "https://",
    "https://a.example/",
    "https://a.example/path",
    "https://*",
    "https://*.com",
  ];
  bad.push(
    "*.example.com",
    "https://a.*.example",
    "https://*example.com",
    "https://*.*.example.com",
    "https://a b",
  );
  bad.push("https://a.example:port", "https://*..example.com", "ht!tp://a.example", "https://user@a.example");
  for (const entry of bad) {
    throws(() => parseOrigins([entry]), { code: "bad_origin", value: entry, message: /write https:/ }, entry);
  }
});
