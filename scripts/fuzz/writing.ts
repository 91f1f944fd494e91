/**
 * What framings write, read back by readers that are written for nothing else.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import { bert, format, type Term } from "../../mod.ts";
import { Deflate } from "../../lib/framing/deflate.ts";
import { resolveDeflate } from "../../lib/framing/deflate_settings.ts";
import { LineFraming } from "../../lib/framing/line.ts";
import type { Framing } from "../../lib/framing/mod.ts";
import { Output } from "../../lib/framing/output.ts";
import { PacketFraming } from "../../lib/framing/packet.ts";
import { WebSocketFraming } from "../../lib/framing/websocket.ts";
import { readDeflated } from "../../tests/deflate_reader.ts";
import { must, mustAgree, type Target, target } from "./case.ts";
import { readPackets } from "./packet.ts";
import { payload, textLine } from "./payload.ts";
import type { Random } from "./random.ts";
import { newTerm } from "./terms.ts";
import { inflated, readServer } from "./websocket_reader.ts";

const maxBytes = 1_048_576;
const encoder = new TextEncoder();
/** The reader that tells how far back references go takes its time. */
const SLOW_BYTES = 3000;

/** Texts, bytes, terms encoded in place, pings, pongs and a good-bye, in one output. Each byte of the input is one of them. */
export const writing: Target = target("writing", (random) => {
  const kind = random.pick(["websocket", "deflate", "packet4", "packet2", "line"]);
  const takeover = random.one(2), windowBits = random.pick([8, 9, 12, 15]);
  const settings = resolveDeflate({ thresholdBytes: random.pick([0, 20, 1024]), contextTakeover: takeover });
  const agreed = {
    serverNoContextTakeover: !takeover,
    clientNoContextTakeover: !takeover,
    serverMaxWindowBits: windowBits,
    clientMaxWindowBits: windowBits,
  };
  const make = (): Framing => {
    if (kind === "packet4") return new PacketFraming({ head: 4, maxBytes });
    if (kind === "packet2") return new PacketFraming({ head: 2, maxBytes });
    if (kind === "line") return new LineFraming({ maxBytes });
    return new WebSocketFraming({
      maxBytes,
      deflate: kind === "deflate" ? new Deflate(settings, agreed) : undefined,
    });
  };
  return {
    bytes: random.bytes(1 + random.below(20)),
    about: `${kind}, ${JSON.stringify(settings)}, windowBits ${windowBits}`,
    run(bytes, random) {
      const output = new Output(new Uint8Array(random.pick([0, 1, 16, 512]) + 1));
      const written = writeAll(make(), kind, bytes, output, random);
      if (kind === "line") {
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(output.bytes());
        must(text === written.map((line) => `${line}\n`).join(""), "other lines than were written");
      } else if (kind.startsWith("packet")) {
        mustAgree(readPackets(output.bytes(), kind === "packet4" ? 4 : 2, maxBytes, true), written, kind);
      } else {
        mustAgree(linesOf(output.bytes(), takeover, windowBits), written, kind);
      }
      return kind;
    },
  };
});

/** Writes as the bytes say; gives what a reader must see. */
function writeAll(
  framing: Framing,
  kind: string,
  bytes: Uint8Array,
  output: Output,
  random: Random,
): string[] {
  const lines: string[] = [];
  const web = kind === "websocket" || kind === "deflate";
  const put = (content: string | Uint8Array) => {
    const line = lineOf(content, kind);
    // Bytes that a reader takes for a text that is none end the reading.
    if (line.startsWith("violated")) return;
    framing.write(content, output);
    lines.push(line);
  };
  for (const byte of bytes) {
    switch (byte % 7) {
      case 0:
        put(newText(random));
        break;
      case 1:
        put(payload(random, 70_000).subarray(0, kind === "packet2" ? 65_535 : 70_000));
        break;
      case 2:
        put(bert.encode(newTerm(random)));
        break;
      case 3:
        framing.ping(output);
        if (web) lines.push("ping ");
        break;
      case 4: {
        const content = random.bytes(random.below(126));
        framing.pong(content, output);
        if (web) lines.push(`pong ${content.toHex()}`);
        break;
      }
      default: {
        const term: Term = random.one(4) ? random.bytes(random.length(65_000) % 65_000) : newTerm(random);
        if (framing.gap < 0) put(bert.encode(term));
        else lines.push(placed(framing, term, output));
      }
    }
  }
  return lines;
}

function newText(random: Random): string {
  const text = random.text(random.length(20_000) % 20_000);
  return random.one(10) && text.length > 0 ? `N2O,${text}` : text;
}

/** A term encoded in place, as a stream does it. */
function placed(framing: Framing, term: Term, output: Output): string {
  const start = output.used;
  const encoded = bert.encode(term);
  const buffer = output.reserve(framing.gap + encoded.length + 10);
  const end = bert.encodeInto(term, buffer, start + framing.gap);
  must(end === start + framing.gap + encoded.length, "encodeInto ends elsewhere");
  output.used = framing.seal(buffer, start, end);
  return `binary ${encoded.toHex()}`;
}

/** What is to be read where this was written. */
function lineOf(content: string | Uint8Array, kind: string): string {
  const text = typeof content === "string";
  if (kind === "line") return text ? content : termLine(content);
  if (kind.startsWith("packet")) return textLine(text ? encoder.encode(content) : content, true);
  return text ? `text ${content}` : `binary ${content.toHex()}`;
}

function termLine(bytes: Uint8Array): string {
  if (bytes[0] === 131) {
    try {
      return format(bert.decode(bytes, { maxDepth: 10_000, maxAtoms: 1e6 }), { utf8: true });
    } catch {
      // Bytes that are no term go out as they are.
    }
  }
  return new TextDecoder().decode(bytes);
}

function linesOf(bytes: Uint8Array, takeover: boolean, windowBits: number): string[] {
  let past: Uint8Array = new Uint8Array(0);
  return readServer(bytes).map(({ opcode, compressed, payload }) => {
    const content = compressed ? inflated(payload, past) : payload;
    if (compressed && payload.length < SLOW_BYTES) mustReachNoFurther(payload, past, 2 ** windowBits);
    if (compressed && takeover) past = joined([past, content]).slice(-32_768);
    if (opcode === 1) {
      return `text ${new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content)}`;
    }
    return `${
      opcode === 2 ? "binary" : opcode === 9 ? "ping" : opcode === 10 ? "pong" : opcode
    } ${content.toHex()}`;
  });
}

/** A client with a smaller window could not read what refers further back. */
function mustReachNoFurther(compressed: Uint8Array, past: Uint8Array, window: number): void {
  const { farthest } = readDeflated(compressed, past);
  must(farthest <= window, `it refers ${farthest} bytes back of ${window}`);
}
