/**
 * Heads of HTTP requests.
 *
 * @module
 */
import {
  type HeadFault,
  type HeadLimits,
  HeadParser,
  type RequestHead,
} from "../../lib/framing/http_head.ts";
import { must, type Target, target } from "./case.ts";
import { waysToCut } from "./feed.ts";
import { mutated, type Piece } from "./mutate.ts";
import type { Random } from "./random.ts";

const encoder = new TextEncoder();
/** How far a bound may be from where the reader here sees it: whether the last line's end counts is the parser's affair. */
const SLACK = 4;

/** Heads of requests. */
export const httpHead: Target = target("http_head", (random) => {
  const limits = random.pick([
    { maxHeaderBytes: 16_384, maxPathBytes: 4096 },
    { maxHeaderBytes: 100, maxPathBytes: 10 },
    { maxHeaderBytes: 1000, maxPathBytes: 60 },
  ]);
  return {
    bytes: mutated(newHead(random), random),
    about: JSON.stringify(limits),
    run(bytes, random) {
      const wanted = shown(new HeadParser(limits).read(bytes.slice(), 0, bytes.length));
      for (const cuts of waysToCut(bytes.length, random)) {
        const got = readInPieces(bytes, cuts, limits, random);
        must(got === wanted, `cut at [${cuts.slice(0, 20)}] it is ${got} in place of ${wanted}`);
      }
      mustBeRight(new HeadParser(limits).read(bytes.slice(), 0, bytes.length), bytes, limits);
      return wanted.startsWith("head") ? "a head" : wanted;
    },
  };
});

/** Reads a head in pieces, the bytes moved to another buffer each time. */
function readInPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
  limits: HeadLimits,
  random: Random,
): string {
  const parser = new HeadParser(limits);
  for (const end of [...cuts, bytes.length]) {
    const start = random.pick([0, 0, 5]);
    const buffer = new Uint8Array(start + end + random.pick([0, 1, 30])).fill(random.pick([10, 13, 65]));
    buffer.set(bytes.subarray(0, end), start);
    const result = parser.read(buffer, start, start + end);
    buffer.fill(0xee);
    if (result !== undefined) return shown(result);
    must(end <= parser.maxBytes, `it wants more than ${end} bytes`);
  }
  return shown(undefined);
}

function shown(result: RequestHead | HeadFault | undefined): string {
  if (result === undefined) return "unfinished";
  if ("status" in result) return `refused ${result.status} ${result.code}`;
  const { method, target, path, query, version, size } = result;
  return `head ${JSON.stringify([method, target, path, query, version, size, ...result.headers])}`;
}

/** What a strict reader that has all bytes makes of them. */
const WHOLE =
  /^(?:\r\n)?([!#-'*+\-.^-`|~\w]{1,24}) ([\x21\x22\x24-\x7e]+) HTTP\/1\.([01])\r\n((?:[!#-'*+\-.^-`|~\w]+:[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n/;

function mustBeRight(
  result: RequestHead | HeadFault | undefined,
  bytes: Uint8Array,
  { maxHeaderBytes, maxPathBytes }: HeadLimits,
): void {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const match = WHOLE.exec(text);
  const accepted = result !== undefined && !("status" in result);
  if (accepted && result.version === "2") {
    must(text.startsWith("PRI * HTTP/2.0\r\n\r\n"), "no preface of HTTP/2");
    return;
  }
  if (match === null) return must(!accepted, "a head that is none was taken");
  const [whole, method, target, minor, lines] = match;
  const fields = lines.split("\r\n").slice(0, -1).map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, "")];
  });
  const hosts = fields.filter(([name]) => name === "host");
  const good = hosts.length === (minor === "1" ? 1 : hosts.length && 1) &&
    hosts.every(([, value]) => isHost(value)) && fields.length <= 100 &&
    target.length <= maxPathBytes;
  if (!good || lines.length > maxHeaderBytes + SLACK) {
    return must(!accepted, "a head with something wrong was taken");
  }
  if (!accepted) return must(lines.length > maxHeaderBytes - SLACK, `a good head is ${shown(result)}`);
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const right = `head ${
    JSON.stringify([method, target, path, query, `1.${minor}`, whole.length, ...fields])
  }`;
  must(shown(result) === right, `${shown(result)} in place of ${right}`);
}

/** A name or an address, and perhaps a port. */
function isHost(value: string): boolean {
  const [, host, port = ""] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(value) ?? ["", "?", ""];
  if (!/^\d{0,5}$/.test(port)) return false;
  return host.startsWith("[") ? /^\[[\da-fA-F:.]+\]$/.test(host) : /^[\w\-.~!$&'()*+,;=%]*$/.test(host);
}

const names = [
  "Upgrade",
  "Connection",
  "Cookie",
  "Content-Length",
  "Transfer-Encoding",
  "Sec-WebSocket-Key",
  "X",
  "Host",
  "Host ",
];
const values = [
  "websocket",
  "keep-alive, Upgrade",
  " 13\t",
  "",
  "chunked",
  "a\rb",
  "a\nb",
  "\0",
  "\xff\xfe",
  "a:b",
  "[::1]:80",
  "[]",
  ":1",
  "x".repeat(90),
  "http://u@h",
];
const targets = [
  "/ws/",
  "/",
  "*",
  "/a?b=c?d",
  "http://example.com/x",
  "/#f",
  "/ж",
  "/ a",
  "//x",
  "/%00",
  "",
  "/" + "a".repeat(60),
];
const methods = ["GET", "POST", "get", "A!#$%", "", "GET ", "M".repeat(25), "PRI"];

/** A head's lines. */
export function newHead(random: Random): Piece[] {
  if (random.one(20)) return [line("PRI * HTTP/2.0\r\n"), line("\r\n"), line("SM\r\n\r\n")];
  const rarely = (usual: string, others: readonly string[]) => random.one(20) ? random.pick(others) : usual;
  const end = () => rarely("\r\n", ["\n", "\r", "\r\r\n", " \r\n", "\r\n "]);
  const pieces = random.one(10) ? [line("\r\n")] : [];
  const version = rarely("HTTP/1.1", ["HTTP/1.0", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", "HTTP/1.10", ""]);
  pieces.push(
    line(
      `${rarely("GET", methods)} ${
        random.pick(targets.slice(0, 4).concat(rarely("/", targets)))
      } ${version}\r\n`,
    ),
  );
  if (!random.one(10)) pieces.push(line(`Host: ${rarely("example.com:80", values)}\r\n`));
  const count = random.one(20) ? 90 + random.below(20) : random.below(6);
  for (let i = 0; i < count; i++) {
    const blank = rarely("", [" ", "\t"]);
    pieces.push(
      line(
        `${blank}${random.pick(names.slice(0, rarely("x", [""]) === "x" ? 7 : 9))}:${
          random.pick([" ", "", "\t "])
        }${rarely("v", values)}${count > 50 ? "\r\n" : end()}`,
      ),
    );
  }
  pieces.push(line("\r\n"));
  if (random.one(2)) {
    pieces.push(line(random.pick(["body", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\x81\x80"])));
  }
  return pieces;
}

function line(text: string): Piece {
  return { bytes: encoder.encode(text), head: 0 };
}
