import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { trustProxy } from "../lib/endpoints/forwarded.ts";
import { readForwarded } from "../lib/endpoints/forwarded_header.ts";
import { formatIp, isInside, parseIp, parseNetwork } from "../lib/endpoints/ip.ts";

const proxy = "10.0.0.1";
const find = trustProxy(["10.0.0.0/8", "fd00::/8"]);
const from = (headers: [string, string][], peer = proxy, secure = false) =>
  find(new Headers(headers), peer, secure);
const own = { address: proxy, secure: false, scheme: "http", host: null };

Deno.test("a peer that is no trusted proxy is the client, whatever its headers say", () => {
  const headers: [string, string][] = [
    ["host", "chat.example"],
    ["forwarded", "for=1.2.3.4;proto=https;host=evil.example"],
    ["x-forwarded-for", "1.2.3.4"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-host", "evil.example"],
  ];
  for (const peer of ["192.0.2.1", "11.0.0.1", "2001:db8::1"]) {
    deepStrictEqual(from(headers, peer), {
      address: peer,
      secure: false,
      scheme: "http",
      host: "chat.example",
    });
  }
  strictEqual(from(headers, "192.0.2.1", true).scheme, "https");
  strictEqual(trustProxy([])(new Headers(headers), "10.0.0.1").address, "10.0.0.1");
  strictEqual(find(new Headers(headers), "/run/n2o.sock").address, "/run/n2o.sock");
});

Deno.test("without headers a trusted proxy is its own client", () => {
  deepStrictEqual(from([]), own);
  deepStrictEqual(from([["host", "a.example:8001"]], "10.0.0.1", true), {
    address: proxy,
    secure: true,
    scheme: "https",
    host: "a.example:8001",
  });
});

Deno.test("X-Forwarded-For, -Proto and -Host of a trusted proxy tell the client", () => {
  const headers: [string, string][] = [
    ["host", "backend:8001"],
    ["x-forwarded-for", "203.0.113.7"],
    ["x-forwarded-proto", "https"],
    ["x-forwarded-host", "chat.example"],
  ];
  const client = { address: "203.0.113.7", secure: true, scheme: "https", host: "chat.example" };
  deepStrictEqual(from(headers), client);
  deepStrictEqual(from(headers, "::ffff:10.2.3.4"), client);
  deepStrictEqual(from(headers, "fd00::1"), client);
});

const forwardedFor: [header: string, address: string][] = [
  ["203.0.113.7", "203.0.113.7"],
  ["203.0.113.7:4711", "203.0.113.7"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7", "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7, fd00::2, 10.0.0.2", "203.0.113.7"],
  ["junk, <script>, 203.0.113.7, 10.0.0.2", "203.0.113.7"],
  [" , 203.0.113.7 ,, 10.0.0.2 , ", "203.0.113.7"],
  ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
  [`${"9.9.9.9,".repeat(500)}203.0.113.7`, "203.0.113.7"],
  // Hidden or malformed: the last address that is known.
  ["unknown", proxy],
  ["1.1.1.1, unknown, 10.0.0.2", "10.0.0.2"],
  ["1.1.1.1, junk", proxy],
  ["203.0.113.007", proxy],
  ["203.0.113", proxy],
  ["203.0.113.7:port", proxy],
  ["[2001:db8::1", proxy],
  ["[2001:db8::1]x", proxy],
  ["[203.0.113.7", proxy],
  ["2001:db8::1::2", proxy],
  ["", proxy],
  [",,,", proxy],
];

Deno.test("the chain of X-Forwarded-For is walked from its end, over trusted hops, to the client", () => {
  for (const [header, address] of forwardedFor) {
    strictEqual(from([["x-forwarded-for", header]]).address, address, header.slice(0, 60));
  }
});

Deno.test("scheme and host are those of the hop that names the client", () => {
  const chain: [string, string] = ["x-forwarded-for", "1.1.1.1, 203.0.113.7, 10.0.0.2"];
  strictEqual(from([chain, ["x-forwarded-proto", "http, https, http"]]).scheme, "https");
  strictEqual(from([chain, ["x-forwarded-proto", "https"]]).scheme, "https");
  strictEqual(from([chain, ["x-forwarded-host", "evil.example, chat.example, inner"]]).host, "chat.example");
  // What the client itself sent stands before what its proxy adds.
  strictEqual(
    from([["x-forwarded-for", "203.0.113.7"], ["x-forwarded-proto", "https, http"]]).scheme,
    "http",
  );
  strictEqual(from([["x-forwarded-proto", "https"]]).scheme, "https");
  strictEqual(from([["x-forwarded-proto", "WSS"]]).scheme, "https");
  strictEqual(from([["x-forwarded-proto", "http"]], proxy, true).scheme, "http");
  for (const bad of ["", "ftp", "https:", '"https"']) {
    strictEqual(from([["x-forwarded-proto", bad]]).scheme, "http", bad);
  }
  for (const bad of ["", "a b", "a/b", "a@b", "x".repeat(256), "<x>"]) {
    strictEqual(from([["host", "real"], ["x-forwarded-host", bad]]).host, "real", bad.slice(0, 20));
  }
});

const forwarded: [header: string, address: string, scheme: string, host: string | null][] = [
  ["for=203.0.113.7", "203.0.113.7", "http", null],
  ["For=203.0.113.7;Proto=HTTPS;Host=chat.example;by=10.0.0.1", "203.0.113.7", "https", "chat.example"],
  ['for="203.0.113.7:4711"', "203.0.113.7", "http", null],
  ['for="[2001:db8:cafe::17]:4711";proto=https', "2001:db8:cafe::17", "https", null],
  ['for="[2001:db8::1]:_port"', "2001:db8::1", "http", null],
  ["for=[2001:db8::1]", "2001:db8::1", "http", null],
  ['for="\\2\\0\\3.0.113.7"', "203.0.113.7", "http", null],
  [" for=203.0.113.7 ; proto=https , ", "203.0.113.7", "https", null],
  ["for=1.1.1.1;host=evil.example, for=203.0.113.7;host=chat.example", "203.0.113.7", "http", "chat.example"],
  ["for=203.0.113.7;proto=https, for=10.0.0.2;proto=http", "203.0.113.7", "https", null],
  ['for=203.0.113.7, for="[fd00::2]"', "203.0.113.7", "http", null],
  ['secret="a,b;c=d", for=203.0.113.7', "203.0.113.7", "http", null],
  // Hidden: the last known address, and what the trusted proxy said of scheme and host.
  ["for=unknown;proto=https", proxy, "https", null],
  ["for=_hidden;proto=https;host=chat.example", proxy, "https", "chat.example"],
  ['for=_SEVKISEK, for="10.0.0.2"', "10.0.0.2", "http", null],
  ["proto=https", proxy, "https", null],
  // Malformed: all of it is ignored.
  ["for", proxy, "http", null],
  ["for=", proxy, "http", null],
  ["=1.2.3.4", proxy, "http", null],
  ["for=1.2.3.4;for=5.6.7.8", proxy, "http", null],
  ["for=1.2.3.4 proto=https", proxy, "http", null],
  ["for =1.2.3.4", proxy, "http", null],
  ['for="1.2.3.4', proxy, "http", null],
  ['for="1.2.3.4\\', proxy, "http", null],
  ['for="1.2.3.4"x', proxy, "http", null],
  ['x=", for=203.0.113.7;proto=https', proxy, "http", null],
  ['for=6.6.6.6;x=", for="[2001:db8::1]"', proxy, "http", null],
  [`for=1.2.3.4;x=${"x".repeat(5000)}`, proxy, "http", null],
  ["{}", proxy, "http", null],
];

Deno.test("Forwarded is read as RFC 7239 writes it, and ignored when malformed", () => {
  for (const [header, address, scheme, host] of forwarded) {
    deepStrictEqual(
      from([["forwarded", header]]),
      { address, secure: scheme === "https", scheme, host },
      header,
    );
  }
});

Deno.test("several Forwarded headers are one list", () => {
  const headers = new Headers();
  headers.append("forwarded", "for=1.1.1.1");
  headers.append("forwarded", "for=203.0.113.7;proto=https");
  headers.append("forwarded", "for=10.0.0.2");
  strictEqual(find(headers, proxy).address, "203.0.113.7");
});

Deno.test("where both kinds of headers speak they must agree, unless the setting names one", () => {
  const spoofed = new Headers({ forwarded: "for=6.6.6.6;proto=https", "x-forwarded-for": "203.0.113.7" });
  deepStrictEqual(find(spoofed, proxy), own);
  strictEqual(trustProxy([proxy], { headers: "x-forwarded" })(spoofed, proxy).address, "203.0.113.7");
  strictEqual(trustProxy([proxy], { headers: "forwarded" })(spoofed, proxy).address, "6.6.6.6");
  const agreeing = new Headers({
    forwarded: "for=203.0.113.7;proto=https",
    "x-forwarded-for": "203.0.113.7",
    "x-forwarded-proto": "https",
  });
  strictEqual(find(agreeing, proxy).address, "203.0.113.7");
  const broken = new Headers({ forwarded: 'x="', "x-forwarded-for": "203.0.113.7" });
  strictEqual(find(broken, proxy).address, proxy);
});

Deno.test("junk of every kind is survived", () => {
  const pieces = [
    "for=",
    '"',
    "\\",
    ",",
    ";",
    "=",
    "[",
    "]",
    ":",
    "1.2.3.4",
    "::",
    " ",
    "unknown",
    "%",
    "\x7f",
  ];
  let seed = 1;
  const next = (n: number) => (seed = seed * 48271 % 2147483647) % n;
  for (let i = 0; i < 3000; i++) {
    const junk = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join("");
    readForwarded(junk);
    const client = from([["forwarded", junk.trim()], ["x-forwarded-for", junk.trim()]]);
    strictEqual(parseIp(client.address) !== undefined, true, junk);
  }
});

Deno.test("addresses are written one way", () => {
  const rows: [string, string][] = [
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["::FFFF:102:304", "1.2.3.4"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:0DB8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["fe80::1%eth0", "fe80::1"],
  ];
  for (const [text, written] of rows) strictEqual(formatIp(parseIp(text)!), written);
  const bad = [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 ",
    "0x1.2.3.4",
    "1..2.3",
    "localhost",
  ];
  bad.push(
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "g::",
    "1:2:3:4:5:6:7:8::",
  );
  bad.push("1.2.3.4::", "::1.2.3", "::1.2.3.4.5", "1.2.3.4:80", ":1::2", "1::2:", "x".repeat(1000));
  for (const text of bad) strictEqual(parseIp(text), undefined, text);
});

Deno.test("a network holds the addresses that share its first bits", () => {
  const rows: [network: string, inside: string[], outside: string[]][] = [
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255", "a00::"]],
    ["192.168.1.128/25", ["192.168.1.128", "192.168.1.255"], ["192.168.1.127"]],
    ["10.1.2.3/8", ["10.9.9.9"], ["11.1.2.3"]],
    ["127.0.0.1", ["127.0.0.1"], ["127.0.0.2"]],
    ["0.0.0.0/0", ["1.2.3.4"], ["::1"]],
    ["::/0", ["::1", "2001:db8::1"], []],
    ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::"]],
    ["::1/128", ["::1"], ["::2", "127.0.0.1"]],
    ["::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.1.2.3"]],
  ];
  for (const [text, inside, outside] of rows) {
    const network = parseNetwork(text);
    for (const address of inside) {
      strictEqual(isInside(parseIp(address)!, network), true, `${address} in ${text}`);
    }
    for (const address of outside) {
      strictEqual(isInside(parseIp(address)!, network), false, `${address} in ${text}`);
    }
  }
});

Deno.test("what is no network is an error that names it", () => {
  const bad = [
    "",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "/8",
    "any",
  ];
  bad.push("fe80::1%eth0/64", "10.0.0.0/08x", "[::1]", "10.0.0.0/1e1", " 10.0.0.0/8");
  for (const text of bad) {
    throws(() => trustProxy(["127.0.0.1", text]), { code: "bad_cidr", value: text }, text);
  }
});
