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
  #invited: boolean;

  /** Begins with what has been read of so many bytes. */
  constructor(source: BodySource, first: Uint8Array<ArrayBuffer>, length: number, waits: boolean) {
    this.#source = source;
    this.#first = first;
    this.#left = length - first.length;
    this.#invited = !waits;
    this.stream = new ReadableStream({ pull: this.#pull }, { highWaterMark: 0 });
  }

  /** Whether all of it has been read. */
  get isWhole(): boolean {
    return this.#left === 0;
  }

  #pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
    const first = this.#first;
    if (first.length > 0) {
      this.#first = first.subarray(first.length);
      return controller.enqueue(first);
    }
    if (!this.#invited) {
      this.#invited = true;
      await this.#source.invite();
    }
    const buffer = new Uint8Array(Math.min(this.#left, this.#size));
    let count: number | null;
    try {
      count = await this.#source.read(buffer);
    } catch (cause) {
      throw broken(cause);
    }
    if (count === null) throw broken();
    this.#size = count === buffer.length ? LARGE : SMALL;
    this.#left -= count;
    controller.enqueue(buffer.subarray(0, count));
    if (this.#left > 0) return;
    controller.close();
    this.#source.whole();
  };
}

function broken(cause?: unknown): N2OError {
  return new N2OError("body_broken", "the body ended early", undefined, { cause });
}
