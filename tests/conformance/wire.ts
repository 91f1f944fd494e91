/**
 * A raw socket that gives frames with their reserved bits, and messages out of fragments.
 *
 * @module
 */
import { joined } from "../../lib/joined.ts";
import { type Address, handshake, type Op, opcodes, RawSocket } from "../raw_socket.ts";
import type { Heard } from "./case.ts";
import { type Codec, codecOf } from "./codec.ts";

/** So long a server may take to end the TCP connection after the closing handshake, in milliseconds. */
const ENDING_MS = 4_500;
const COMPRESSED = 0x40;
const names = Object.fromEntries(Object.entries(opcodes).map(([name, code]) => [code, name as Op]));

/** A WebSocket that hides nothing. */
export class Wire implements AsyncDisposable {
  /** Compresses, where that was agreed on. */
  readonly codec: Codec | undefined;
  /** The server's answer to the offer of extensions. */
  readonly agreed: string | null;
  /** Bytes of payloads that have come. */
  received = 0;
  #socket: RawSocket;
  #begun: { op: Op; compressed: boolean; parts: Uint8Array[] } | undefined;

  private constructor(socket: RawSocket, agreed: string | null, offer: string | undefined) {
    this.#socket = socket;
    this.agreed = agreed;
    this.codec = agreed === null ? undefined : codecOf(agreed, offer ?? "");
  }

  /** Connects, with an offer of extensions. */
  static async open(address: Address, offer?: string): Promise<Wire> {
    const socket = await RawSocket.connect(address);
    try {
      const headers = offer === undefined ? [] : [["Sec-WebSocket-Extensions", offer] as const];
      const { status, headers: answer } = await socket.request(handshake("/ws/", headers));
      if (status !== 101) throw new Error(`the handshake was answered with ${status}`);
      return new Wire(socket, answer.get("sec-websocket-extensions"), offer);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends bytes. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#socket.write(bytes);
  }

  /** The next message or control frame; `undefined` when the connection ends before one. */
  async next(): Promise<Heard | undefined> {
    for (;;) {
      const frame = await this.#frame();
      if (frame === undefined) return undefined;
      const { fin, reserved, op, payload } = frame;
      this.received += payload.length;
      if (op !== "text" && op !== "binary" && op !== "cont") {
        if (!fin || reserved !== 0) throw new Error(`a bad ${op} came`);
        return { op, payload };
      }
      const begins = op !== "cont";
      if (begins === (this.#begun !== undefined)) throw new Error(`a ${op} came out of order`);
      if (reserved !== 0 && !(reserved === COMPRESSED && begins && this.codec !== undefined)) {
        throw new Error(`a ${op} came with the reserved bits ${reserved >> 4}`);
      }
      const begun = this.#begun ??= { op, compressed: reserved !== 0, parts: [] };
      begun.parts.push(payload);
      if (!fin) continue;
      this.#begun = undefined;
      const whole = joined(begun.parts);
      return { op: begun.op, payload: begun.compressed ? this.codec!.inflate(whole) : whole };
    }
  }

  /** Waits for the end of the connection; gives what came before it, in hex, and how it ended. */
  async ended(): Promise<{ rest: string; how: "end" | "reset" }> {
    const { rest, how } = await this.#socket.ended(ENDING_MS);
    return { rest: rest.toHex(), how };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.codec?.close();
    return this.#socket[Symbol.asyncDispose]();
  }

  async #frame(): Promise<{ fin: boolean; reserved: number; op: Op; payload: Uint8Array } | undefined> {
    const head = await this.#bytes(2);
    if (head === undefined) return undefined;
    const [first, second] = head;
    if (second > 127) throw new Error("a server's frame is never masked");
    const extended = await this.#bytes(second === 126 ? 2 : second === 127 ? 8 : 0);
    if (extended === undefined) return undefined;
    const length = extended.length === 0 ? second : Number(BigInt(`0x${extended.toHex()}`));
    if (length < (second === 127 ? 65_536 : second === 126 ? 126 : 0)) {
      throw new Error("a needlessly long head came");
    }
    const payload = await this.#bytes(length);
    const op = names[first & 15];
    if (op === undefined) throw new Error(`a frame of opcode ${first & 15} came`);
    return payload && { fin: first > 127, reserved: first & 0x70, op, payload };
  }

  async #bytes(count: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#socket.bytes(count);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("the connection ended")) return undefined;
      throw error;
    }
  }
}
