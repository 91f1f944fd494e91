/**
 * Events through a page: a click, its event, an update of one row, beside the plain echo of the same server.
 *
 * @module
 */

import { atom, bert, isTuple, type Term, text, tuple } from "../../mod.ts";
import { compare } from "./compare.ts";
import { tagged } from "./frames.ts";
import { inTurn, type Measurement, type Row } from "./measure.ts";
import { NET } from "./ours.ts";
import { beside, Server } from "./server.ts";
import { underLoad } from "./under_load.ts";

/** The page's goal at each depth, in parts of the plain echo. */
const DEPTHS = [{ depth: 1, ratio: 0.5 }, { depth: 16, ratio: 0.1 }];

/** The frames of a visitor: the handshake with the visitor's token, and the event of the row's button. */
async function visit(port: number): Promise<{ hello: string; click: string }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/app/index.htm`);
  socket.binaryType = "arraybuffer";
  const io = await new Promise<Term>((resolve, reject) => {
    socket.onopen = () => socket.send("N2O,,operations");
    socket.onerror = () => reject(new Error("no visit"));
    socket.onmessage = ({ data }) => resolve(bert.decode(new Uint8Array(data)));
  });
  socket.close();
  if (!isTuple(io, "io", 3) || !isTuple(io[2], "Token", 2)) throw new Error("no page");
  const listens = (io[1] as Term[]).find((operation) => isTuple(operation, "on", 5));
  if (!isTuple(listens)) throw new Error("the page has no button");
  const event = tuple(atom("pickle"), "add", listens[3], [tuple(tuple("add", "detail"), [])]);
  return {
    hello: `1:${new TextEncoder().encode(`N2O,${text(io[2][1])},operations`).toHex()}`,
    click: `2:${bert.encode(event).toHex()}`,
  };
}

/** Events of a page on 50 connections of one session. */
export const pages: Measurement = {
  name: "pages",
  how:
    "`wsload` with 50 connections of one session on `n2o_page.ts` (engine stream, heart, nitro): the load is the event of a button, and " +
    "each answer the update of its row of five cells, in operations. The peer is the same server's echo of `{echo, <<64 bytes>>}`, which " +
    "goes past the page.",
  async run({ rounds, seconds, load }) {
    await using server = await Server.start([NET, beside("n2o_page.ts")]);
    const { hello, click } = await visit(server.port);
    const rows: Row[] = [];
    for (const { depth, ratio } of DEPTHS) {
      const round = (frame: string) => () =>
        underLoad(load, server, {
          path: "/ws/app/index.htm",
          connections: 50,
          depth,
          seconds,
          frames: [hello, frame],
        });
      const [ofPage, ofEcho] = await inTurn(rounds, [round(click), round(tagged("echo"))]);
      rows.push(
        ...compare(`page event, depth ${depth}`, { ours: ofPage, peer: ofEcho }, {
          goal: { ratio, cpu: false },
          peer: "plain echo",
          unit: "events/s",
        }),
      );
    }
    return rows;
  },
};
