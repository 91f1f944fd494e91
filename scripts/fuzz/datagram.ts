/**
 * Datagrams: what they are taken for, and greetings with proofs.
 *
 * @module
 */
import { readGreeting } from "../../lib/endpoints/udp_proof.ts";
import { isText } from "../../lib/framing/payload.ts";
import { readText } from "../../lib/utf8.ts";
import { must, type Target, target } from "./case.ts";
import { mutated, plain } from "./mutate.ts";
import { payload, textLine, utf8Line } from "./payload.ts";

/** Payloads of datagrams. */
export const datagram: Target = target("datagram", (random) => {
  const bert = random.one(2);
  return {
    bytes: mutated([plain(payload(random, 70_000))], random),
    about: `bert ${bert}`,
    run(bytes, random) {
      const start = random.pick([0, 1, 9]);
      const end = start + bytes.length;
      const buffer = new Uint8Array(end + random.pick([0, 1, 4])).fill(random.pick([0x80, 0x47, 131]));
      buffer.set(bytes, start);
      const wanted = textLine(bytes, bert);
      if (!isText(buffer, start, end, bert)) {
        must(wanted.startsWith("binary"), `binary in place of ${wanted.slice(0, 80)}`);
        return "binary";
      }
      must(!wanted.startsWith("binary"), "text in place of binary");
      const text = readText(buffer, start, end);
      const line = text === undefined ? "violated 1007" : `text ${text}`;
      must(line === utf8Line(bytes), `${line.slice(0, 80)} in place of ${utf8Line(bytes).slice(0, 80)}`);
      if (text?.startsWith("N2O,") !== true) return line.split(" ", 1)[0];
      const { token, digits } = readGreeting(text);
      const again = digits === undefined ? `N2O,${token}` : `N2O,${token},${digits}`;
      must(again === text, `a greeting is taken for ${again}`);
      must(digits === undefined || /^[0-9a-f]{16}$/.test(digits), `digits ${digits}`);
      return digits === undefined ? "greeting" : "proof";
    },
  };
});
