/**
 * The body of a request that has said its length, read off its connection as somebody wants it.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { RequestHead } from "../framing/http_head.ts";

/** The connection as a body sees it. */
export interface BodySource {
  /** Reads the next bytes. `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** The client waits to be asked for its body. Called once, before the first read, and may do nothing. */
  invite(): Promise<void>;
  /** All of the body has been read. */
  whole(): void;
}

/** Methods whose requests may come with a body. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const INVITATION = "100-continue";

/**
 * How many bytes the body of a request has; `undefined` for one that is another server's: of a version, a form or with a body that is not
 * understood in one way only.
 */
export function bodyLength({ version, method, target, headers }: RequestHead): number | undefined {
  if (version !== "1.1" || !target.startsWith("/") || headers.has("transfer-encoding")) return undefined;
  const bare = method === "GET" || method === "HEAD";
  if (!bare && !WITH_BODY.has(method)) return undefined;
  const said = headers.get("content-length") ?? "0";
  // Several of them are joined, and no number.
  if (!/^[0-9]{1,15}$/.test(said)) return undefined;
  const length = Number(said);
  if (length > 0 && bare) return undefined;
  const expected = headers.get("expect");
  return expected === null || length > 0 && expected.toLowerCase() === INVITATION ? length : undefined;
}

/** Whether the client sends its body only when it has been asked for it. */
export function waitsForInvitation({ headers }: RequestHead): boolean {
  return headers.has("expect");
}

/** The buffers of a body that comes slowly, and of one that fills them. */
const SMALL = 16_384;
const LARGE = 65_536;

/** A body, a byte of which at least has not been read when it is made. */
export class RequestBody {
  /** The body: what has been read already, then the rest. It fails with `body_broken` when the client goes. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #source: BodySource;
  #first: Uint8Array<ArrayBuffer>;
  #left: number;
  #size = SMALL;
  /** One that was not filled, for the next bytes. */
  #spare: Uint8Array<ArrayBuffer> | undefined;
  #invited: boolean;

  /** Begins with what has been read of so many bytes. */
  constructor(source: BodySource, first: Uint8Array<ArrayBuffer>, length: number, waits: boolean) {
    this.#source = source;
    this.#first = first;
    this.#left = length - first.length;
    this.#invited = !waits;
    this.stream = new ReadableStream({ type: "bytes", pull: this.#pull }, { highWaterMark: 0 });
  }

  /** Whether all of it has been read. */
  get isWhole(): boolean {
    return this.#left === 0;
  }

  #pull = async (controller: ReadableByteStreamController): Promise<void> => {
    const first = this.#first;
    if (first.length > 0) {
      this.#first = first.subarray(first.length);
      return controller.enqueue(first);
    }
    const buffer = this.#buffer();
    let count: number | null;
    try {
      if (!this.#invited) {
        this.#invited = true;
        await this.#source.invite();
      }
      count = await this.#source.read(buffer);
    } catch (cause) {
      throw broken(cause);
    }
    if (count === null) throw broken();
    this.#size = count === buffer.length ? LARGE : SMALL;
    this.#left -= count;
    controller.enqueue(this.#piece(buffer, count));
    if (this.#left > 0) return;
    controller.close();
    // A reader with a buffer of its own may want more than there is.
    controller.byobRequest?.respond(0);
    this.#source.whole();
  };

  #buffer(): Uint8Array<ArrayBuffer> {
    const size = Math.min(this.#left, this.#size);
    const spare = this.#spare;
    this.#spare = undefined;
    return spare === undefined ? new Uint8Array(size) : spare.subarray(0, size);
  }

  /** What was read; few bytes in a buffer of their own, since whoever keeps them keeps their buffer. */
  #piece(buffer: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
    const { byteLength } = buffer.buffer;
    if (2 * count >= byteLength) return buffer.subarray(0, count);
    if (byteLength <= SMALL) this.#spare = new Uint8Array(buffer.buffer);
    return buffer.slice(0, count);
  }
}

function broken(cause?: unknown): N2OError {
  return new N2OError("body_broken", "the body ended early", undefined, { cause });
}
