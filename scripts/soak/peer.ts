/**
 * A client over a raw socket: WebSocket, or frames behind their length.
 *
 * @module
 */

/** How a client speaks. */
export type Wire = "websocket" | "packet4";

/** What frames of a client are. */
export const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10, CONTINUATION = 0;

const HANDSHAKE = "GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
const encoder = new TextEncoder();

/** A frame as a client sends it. */
export function framed(
  wire: Wire,
  payload: Uint8Array,
  opcode = BINARY,
  last = true,
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  if (wire === "packet4") {
    return behind(payload, Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length));
  }
  const first = (last ? 0x80 : 0) | opcode;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = new Uint8Array(2 + size + 4);
  head[0] = first;
  head[1] = 0x80 | (size === 0 ? length : size === 2 ? 126 : 127);
  if (size === 2) new DataView(head.buffer).setUint16(2, length);
  if (size === 8) new DataView(head.buffer).setBigUint64(2, BigInt(length));
  // A mask of zeros is a mask.
  return behind(payload, head);
}

/** The same as a server sends it. */
export function framedByServer(wire: Wire, payload: Uint8Array, opcode = BINARY): Uint8Array<ArrayBuffer> {
  if (wire === "packet4") return framed(wire, payload);
  const whole = framed(wire, payload, opcode);
  const head = whole.length - payload.length - 4;
  const bytes = new Uint8Array(head + payload.length);
  bytes.set(whole.subarray(0, head));
  bytes[1] &= 0x7f;
  bytes.set(payload, head);
  return bytes;
}

function behind(payload: Uint8Array, head: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + payload.length);
  whole.set(head);
  whole.set(payload, head.length);
  return whole;
}

/** A frame of the server. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** One client. It reads when it is asked to, and answers pings only then. */
export class Peer {
  /** How it speaks. */
  readonly wire: Wire;
  #conn: Deno.TcpConn;
  #buffer = new Uint8Array(65_536);
  #start = 0;
  #end = 0;

  private constructor(wire: Wire, conn: Deno.TcpConn) {
    this.wire = wire;
    this.#conn = conn;
  }

  /** Connects, and shakes hands where that is the custom, with the extensions on offer. */
  static async open(wire: Wire, port: number, extensions?: string): Promise<Peer> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    const peer = new Peer(wire, conn);
    if (wire === "packet4") return peer;
    try {
      const offer = extensions === undefined ? "" : `Sec-WebSocket-Extensions: ${extensions}\r\n`;
      await peer.write(encoder.encode(`${HANDSHAKE}${offer}\r\n`));
      let head = "";
      while (!head.endsWith("\r\n\r\n")) head += String.fromCharCode((await peer.bytes(1))[0]);
      if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`refused: ${head.split("\r\n", 1)[0]}`);
      return peer;
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** Writes bytes as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** Sends a frame. */
  send(payload: Uint8Array, opcode = BINARY, last = true): Promise<void> {
    return this.write(framed(this.wire, payload, opcode, last));
  }

  /** Reads exactly so many bytes; they are good until the next reading. */
  async bytes(count: number): Promise<Uint8Array> {
    while (this.#end - this.#start < count) {
      if (this.#buffer.length - this.#start < count || this.#start > this.#buffer.length / 2) {
        const next = count > this.#buffer.length ? new Uint8Array(2 * count) : this.#buffer;
        next.set(this.#buffer.subarray(this.#start, this.#end));
        this.#end -= this.#start;
        this.#start = 0;
        this.#buffer = next;
      }
      const came = await this.#conn.read(this.#buffer.subarray(this.#end));
      if (came === null) throw new Error("the connection has ended");
      this.#end += came;
    }
    this.#start += count;
    return this.#buffer.subarray(this.#start - count, this.#start);
  }

  /** Reads the next frame that is no ping. */
  async frame(): Promise<Frame> {
    if (this.wire === "packet4") {
      const [a, b, c, d] = await this.bytes(4);
      return { opcode: BINARY, payload: await this.bytes((a << 24 | b << 16 | c << 8 | d) >>> 0) };
    }
    for (;;) {
      const [first, short] = await this.bytes(2);
      let length = short;
      if (short === 126) {
        const [high, low] = await this.bytes(2);
        length = high << 8 | low;
      } else if (short === 127) {
        const [, , , , a, b, c, d] = await this.bytes(8);
        length = (a << 24 | b << 16 | c << 8 | d) >>> 0;
      }
      const payload = await this.bytes(length);
      if ((first & 15) !== PING) return { opcode: first & 15, payload };
      await this.send(payload.slice(), PONG);
    }
  }

  /** Reads until the other end closes; gives how many bytes came. Answers nothing. */
  async drain(): Promise<number> {
    let bytes = this.#end - this.#start;
    this.#start = this.#end = 0;
    try {
      for (;;) {
        const came = await this.#conn.read(this.#buffer);
        if (came === null) return bytes;
        bytes += came;
      }
    } catch {
      return bytes;
    }
  }

  /** Ends its sending direction. */
  finish(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Closes without a word; the other end gets a reset when something has come that was not read. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It is closed already.
    }
  }
}
