/**
 * A client that speaks HTTP and WebSocket byte by byte, so that a test sees exactly what stands on the wire and can send
 * what no library would.
 *
 * @module
 */

/** The opcodes of WebSocket frames. */
export const opcodes = { cont: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** The name of an opcode. */
export type Op = keyof typeof opcodes;

/** A frame as it came. */
export interface WireFrame {
  /** Its kind; `undefined` for a reserved one. */
  readonly op: Op | undefined;
  /** Whether it ends a message. */
  readonly fin: boolean;
  /** Its payload. */
  readonly payload: Uint8Array;
  /** The whole frame with its head, in hex. */
  readonly hex: string;
}

/** The head of a response, and its body when it says how long that is. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly head: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Where to connect. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
  /** Certificates to trust: connects with TLS. */
  readonly caCerts?: string[];
}

/** How a frame is sent. */
export interface SendOptions {
  /** @default true */
  readonly fin?: boolean;
  /** `false` sends it unmasked. @default [0x12, 0x34, 0x56, 0x78] */
  readonly mask?: readonly number[] | false;
  /** The three reserved bits. @default 0 */
  readonly rsv?: number;
}

/** Nothing that a test waits for takes longer; what does, hangs. */
const PATIENCE_MS = 60_000;
const MASK = [0x12, 0x34, 0x56, 0x78];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as a client sends it. */
export function clientFrame(op: Op | number, payload: Uint8Array, options: SendOptions = {}): Uint8Array {
  const { fin = true, mask = MASK, rsv = 0 } = options;
  const opcode = typeof op === "number" ? op : opcodes[op];
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + (mask ? 4 : 0) + length);
  const view = new DataView(frame.buffer);
  frame[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  frame[1] = (mask ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  let at = 2 + extended;
  if (mask) {
    frame.set(mask, at);
    at += 4;
    for (let i = 0; i < length; i++) frame[at + i] = payload[i] ^ mask[i % 4];
  } else {
    frame.set(payload, at);
  }
  return frame;
}

/** The text of a handshake. */
export function handshake(path = "/ws/", headers: readonly (readonly [string, string])[] = []): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return lines.join("\r\n") + "\r\n\r\n";
}

/** One TCP or TLS connection. It reads only when it is asked to, and answers pings only while it reads. */
export class RawSocket implements AsyncDisposable {
  /** Whether pings are answered and passed over; else they are frames like others, and nobody answers. */
  alive = true;
  #conn: Deno.Conn;
  #buffer = new Uint8Array(65_536);
  #start = 0;
  #end = 0;
  #reading: Promise<void> | undefined;
  #over: "end" | "reset" | undefined;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects. */
  static async connect({ hostname, port, caCerts }: Address): Promise<RawSocket> {
    if (caCerts === undefined) {
      const conn = await Deno.connect({ hostname, port });
      conn.setNoDelay(true);
      return new RawSocket(conn);
    }
    return new RawSocket(await Deno.connectTls({ hostname: "localhost", port, caCerts }));
  }

  /** Connects and shakes hands; the answer must be 101. */
  static async open(
    address: Address,
    path = "/ws/",
    headers: readonly (readonly [string, string])[] = [],
  ): Promise<RawSocket> {
    const socket = await RawSocket.connect(address);
    const response = await socket.request(handshake(path, headers));
    if (response.status !== 101) {
      socket.close();
      throw new Error(`the handshake was answered with ${response.status}`);
    }
    return socket;
  }

  /** Sends bytes, or a text as it is. */
  async write(data: Uint8Array | string): Promise<void> {
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** Sends one frame. */
  send(op: Op | number, payload: Uint8Array | string = "", options?: SendOptions): Promise<void> {
    const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
    return this.write(clientFrame(op, bytes, options));
  }

  /** Sends bytes given in hex. */
  sendHex(hex: string): Promise<void> {
    return this.write(Uint8Array.fromHex(hex));
  }

  /** Sends a request and reads the response's head, and its body by its length. */
  async request(text: string): Promise<WireResponse> {
    await this.write(text);
    return await this.response();
  }

  /** Reads a response. */
  async response(): Promise<WireResponse> {
    let head = "";
    while (!head.endsWith("\r\n\r\n")) head += String.fromCharCode((await this.bytes(1))[0]);
    const [first, ...lines] = head.trimEnd().split("\r\n");
    const headers = new Headers();
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    const status = Number(first.split(" ")[1]);
    const body = await this.bytes(Number(headers.get("content-length") ?? 0));
    return { status, headers, head, body };
  }

  /** Reads the next frame, whatever it is. Throws when the connection ends before it. */
  async frame(patienceMs = PATIENCE_MS): Promise<WireFrame> {
    const frame = await this.maybeFrame(patienceMs);
    if (frame === undefined) throw new Error(`the connection ended (${this.#over}) before a frame`);
    return frame;
  }

  /** Reads the next frame; `undefined` when the connection ends before it. */
  async maybeFrame(patienceMs = PATIENCE_MS): Promise<WireFrame | undefined> {
    for (;;) {
      const frame = await this.#next(patienceMs);
      if (frame?.op !== "ping" || !this.alive) return frame;
      await this.send("pong", frame.payload).catch(() => {});
    }
  }

  async #next(patienceMs: number): Promise<WireFrame | undefined> {
    if (!await this.#fill(2, patienceMs)) return undefined;
    const first = this.#buffer[this.#start];
    const second = this.#buffer[this.#start + 1];
    if ((second & 0x80) !== 0) throw new Error("a server's frame is never masked");
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (!await this.#fill(2 + extended, patienceMs)) return undefined;
    const view = new DataView(this.#buffer.buffer, this.#start + 2);
    const length = extended === 0 ? short : extended === 2 ? view.getUint16(0) : Number(view.getBigUint64(0));
    const size = 2 + extended + length;
    if (!await this.#fill(size, patienceMs)) return undefined;
    const whole = await this.bytes(size);
    const op = (Object.keys(opcodes) as Op[]).find((name) => opcodes[name] === (first & 0x0f));
    return {
      op,
      fin: (first & 0x80) !== 0,
      payload: whole.subarray(2 + extended),
      hex: length > 4096 ? "" : whole.toHex(),
    };
  }

  /** Reads exactly so many bytes. */
  async bytes(count: number, patienceMs = PATIENCE_MS): Promise<Uint8Array<ArrayBuffer>> {
    if (!await this.#fill(count, patienceMs)) throw new Error(`the connection ended (${this.#over})`);
    const bytes = this.#buffer.slice(this.#start, this.#start + count);
    this.#start += count;
    return bytes;
  }

  /** Waits until the other side ends the connection; gives what came before that, and how it ended. */
  async ended(patienceMs = PATIENCE_MS): Promise<{ rest: Uint8Array; how: "end" | "reset" }> {
    while (await this.#fill(this.#end - this.#start + 1, patienceMs));
    const rest = this.#buffer.slice(this.#start, this.#end);
    return { rest, how: this.#over! };
  }

  /** Reads and drops everything until the other side ends the connection; tells how much it was. */
  async drain(patienceMs = PATIENCE_MS): Promise<number> {
    let bytes = this.#end - this.#start;
    this.#start = this.#end = 0;
    while (await this.#fill(1, patienceMs)) {
      bytes += this.#end - this.#start;
      this.#start = this.#end = 0;
    }
    return bytes;
  }

  /** Says PING and expects PONG as the very next frame: what was sent before it was answered by nothing. */
  async quiet(): Promise<void> {
    await this.send("text", "PING");
    const frame = await this.frame();
    if (frame.op !== "text" || decoder.decode(frame.payload) !== "PONG") {
      throw new Error(`not quiet: ${frame.op} ${frame.hex}`);
    }
  }

  /** Ends the sending direction: FIN. */
  async finish(): Promise<void> {
    await (this.#conn as Deno.TcpConn).closeWrite();
  }

  /** Closes the socket without a goodbye. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed before.
    }
    // A read that was under way fails; nobody waits for it any more.
    this.#reading?.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve(this.#reading?.catch(() => {}));
  }

  async #fill(count: number, patienceMs: number): Promise<boolean> {
    while (this.#end - this.#start < count) {
      if (this.#over !== undefined) return false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`nothing came within ${patienceMs} ms`)), patienceMs);
      });
      try {
        await Promise.race([this.#reading ??= this.#read(), late]);
      } finally {
        clearTimeout(timer);
      }
    }
    return true;
  }

  async #read(): Promise<void> {
    if (this.#buffer.length - this.#end < 16_384) {
      const waiting = this.#end - this.#start;
      const next = waiting * 2 > this.#buffer.length ? new Uint8Array(this.#buffer.length * 2) : this.#buffer;
      next.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = next;
      this.#start = 0;
      this.#end = waiting;
    }
    try {
      const count = await this.#conn.read(this.#buffer.subarray(this.#end));
      if (count === null) this.#over = "end";
      else this.#end += count;
    } catch {
      this.#over = "reset";
    }
    this.#reading = undefined;
  }
}

/** The code and reason of a close frame. */
export function closeOf(frame: WireFrame): { code: number; reason: string } {
  if (frame.op !== "close") throw new Error(`no close frame: ${frame.op} ${frame.hex}`);
  if (frame.payload.length === 0) return { code: 1005, reason: "" };
  return {
    code: frame.payload[0] * 256 + frame.payload[1],
    reason: decoder.decode(frame.payload.subarray(2)),
  };
}
