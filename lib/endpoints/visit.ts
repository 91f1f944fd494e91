/**
 * What becomes of a connection to the public port: its requests are answered one by one, until one of them takes it elsewhere.
 *
 * @module
 */
import { HeadParser, type RequestHead } from "../framing/http_head.ts";
import type { Limits } from "../limits.ts";
import { problem } from "./answer.ts";
import type { ByteStream } from "./byte_stream.ts";
import { type PlainBody, PlainRequest } from "./plain_request.ts";
import { bodyLength, RequestBody, waitsForInvitation } from "./request_body.ts";
import { writeResponse } from "./response_writer.ts";

/** What visits need of the front. */
export interface VisitHost {
  /** A clock of ticks, in milliseconds. */
  readonly now: number;
  /** Whether connections end with their next answer. */
  readonly closing: boolean;
  /** The limits in force. */
  readonly limits: Limits;
  /** Answers a request; never rejects. */
  answer(request: PlainRequest): Response | Promise<Response>;
  /** Takes a WebSocket over, `true`, or gives the answer to who is refused; `undefined` where none is asked for. */
  welcome(visit: Visit, head: RequestHead, rest: Uint8Array): true | Response | undefined;
  /** Takes the connection over, with all that has been read and not answered. */
  tunnel(visit: Visit, read: Uint8Array, http2: boolean): void;
  /** The connection has ended. Called once, unless it was taken over. */
  gone(visit: Visit): void;
}

const FIRST_SIZE = 1024;
/** How long an answer that ends its connection may take to leave, in milliseconds. */
const LINGER_MS = 2_000;
const INVITATION = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");
const READING = 0, ANSWERING = 1, CLOSING = 2, MOVING = 3, GONE = 4;

/** One connection to the public port. */
export class Visit {
  /** The connection. */
  readonly io: ByteStream;
  /** Who is at the other end. */
  readonly address: string;
  /** Whether it speaks TLS. */
  readonly secure: boolean;
  #host: VisitHost;
  #state = READING;
  /** When the state, or the head that is being read, began; in ticks. */
  #since: number;
  #first = true;
  #buffer = new Uint8Array(FIRST_SIZE);
  #start = 0;
  #end = 0;
  #parser: HeadParser;
  #reading = false;
  /** The client has ended its direction. */
  #ended = false;
  #request: PlainRequest | undefined;
  /** The body of the request, while not all of it has been read. */
  #body: RequestBody | undefined;
  /** Since when its next bytes are waited for. */
  #asked = 0;
  /** Bytes of its answer have gone out. */
  #answering = false;
  /** The body of the answer, while it is being read. */
  #source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #writing = false;
  #inviting = false;
  #wrote = 0;

  /** Begins to read. */
  constructor(host: VisitHost, io: ByteStream, address: string, secure: boolean) {
    this.#host = host;
    this.io = io;
    this.address = address;
    this.secure = secure;
    this.#since = host.now;
    this.#parser = new HeadParser(host.limits);
  }

  /** Begins to read. */
  begin(): void {
    this.#read();
  }

  /** Looks at the deadlines. */
  tick(): void {
    const { now, limits } = this.#host;
    const passed = now - this.#since;
    switch (this.#state) {
      case READING:
        // Whoever has said nothing is told nothing: browsers open connections that they may need.
        if (this.#end > this.#start) {
          if (passed > limits.handshakeTimeoutMs) this.refuse(408, "request_too_slow");
        } else if (passed > (this.#first ? limits.handshakeTimeoutMs : limits.idleTimeoutMs)) this.end();
        return;
      case ANSWERING:
        if ((this.#writing || this.#inviting) && now - this.#wrote > limits.idleTimeoutMs) this.end();
        else if (this.#body && this.#reading && now - this.#asked > limits.idleTimeoutMs) this.end();
        else if (this.#ended && passed > limits.postTimeoutMs) this.end();
        return;
      case CLOSING:
        if (passed > LINGER_MS) this.end();
    }
  }

  /** Ends it, unless a request is being answered, which is waited for. */
  close(): void {
    if (this.#state === READING) this.end();
  }

  /** Ends it at once. */
  end(): void {
    if (this.#state === GONE) return;
    this.#state = GONE;
    this.#request?.abort();
    // What is behind it may have nothing more to give, and would never hear that nobody wants it.
    this.#source?.cancel().catch(() => {});
    try {
      this.io.close();
    } catch {
      // It is closed already.
    }
    this.#host.gone(this);
  }

  /** Answers what is no request, or cannot be taken, and closes. */
  refuse(status: number, code: string): void {
    this.#state = CLOSING;
    this.#since = this.#host.now;
    writeResponse(this.io, problem(status, code), { method: "", close: true }).then(this.#shut, this.#broke);
    this.#closeOn();
  }

  /** Writes for an answer. */
  async write(bytes: Uint8Array): Promise<number> {
    this.#answering = true;
    this.#writing = true;
    this.#wrote = this.#host.now;
    const count = await this.io.write(bytes);
    this.#writing = false;
    return count;
  }

  /** Reads on for a body. */
  async read(buffer: Uint8Array): Promise<number | null> {
    // What comes behind the answer is nobody's.
    if (this.#state !== ANSWERING) return null;
    this.#reading = true;
    this.#asked = this.#host.now;
    try {
      const count = await this.io.read(buffer);
      if (count === null) this.#finished();
      return count;
    } finally {
      this.#reading = false;
      this.#closeOn();
    }
  }

  /** Asks for a body, unless the answer has begun: in the middle of it there is no room. */
  async invite(): Promise<void> {
    if (this.#state !== ANSWERING || this.#answering) return;
    this.#wrote = this.#host.now;
    this.#inviting = true;
    await this.io.write(INVITATION);
    this.#inviting = false;
  }

  /** A body has been read. */
  whole(): void {
    this.#body = undefined;
    // So it is noticed when the client goes.
    if (this.#state === ANSWERING) this.#read();
  }

  #read(): void {
    if (this.#end === this.#buffer.length) this.#makeRoom();
    this.#reading = true;
    this.io.read(this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end)).then(
      this.#got,
      this.#broke,
    );
  }

  #makeRoom(): void {
    const have = this.#buffer.subarray(this.#start, this.#end);
    // The parser ends what would grow on and on.
    if (2 * have.length > this.#buffer.length) this.#buffer = new Uint8Array(2 * this.#buffer.length);
    this.#buffer.set(have);
    this.#start = 0;
    this.#end = have.length;
  }

  #got = (count: number | null): void => {
    this.#reading = false;
    if (this.#state === GONE) return;
    if (count === null) {
      this.#finished();
      if (this.#state !== ANSWERING) this.end();
      // Whoever posts and goes wants nothing any more; an answer that comes all the same is sent.
      else if (!/^(?:GET|HEAD)$/.test(this.#request!.method)) this.#request!.abort();
      return;
    }
    // What comes behind the last answer is read for nobody: a socket that is closed with unread bytes loses what it sent last.
    if (this.#state === CLOSING) return this.#read();
    if (this.#end === this.#start && !this.#first) this.#since = this.#host.now;
    this.#end += count;
    if (this.#state === READING) this.#look();
  };

  #broke = (): void => this.end();

  #reads = (reader: ReadableStreamDefaultReader<Uint8Array>): void => {
    this.#source = reader;
  };

  /** The client sends nothing more, and waits for its answer from now on. */
  #finished(): void {
    this.#ended = true;
    this.#since = this.#host.now;
  }

  /** Looks at what has come. */
  #look(): void {
    const head = this.#parser.read(this.#buffer, this.#start, this.#end);
    if (head === undefined) return this.#read();
    if ("status" in head) return this.refuse(head.status, head.code);
    const { headers } = head;
    if (head.version === "2" && !this.#first) return this.refuse(400, "bad_request");
    const length = bodyLength(head);
    if (length === undefined) return this.#move(head);
    if (!headers.has("upgrade")) return this.#answer(head, length);
    if (length > 0) return this.#move(head);
    const entered = this.#host.welcome(this, head, this.#buffer.slice(this.#start + head.size, this.#end));
    if (entered === undefined) return this.#move(head);
    if (entered === true) this.#state = GONE;
    else this.#answer(head, 0, entered);
  }

  #move({ version }: RequestHead): void {
    this.#state = MOVING;
    this.#host.tunnel(this, this.#buffer.slice(this.#start, this.#end), version === "2");
  }

  /** Reads what is still to come behind the last answer. */
  #closeOn(): void {
    if (this.#state === CLOSING && !this.#reading) this.#drain();
  }

  #drain(): void {
    this.#start = this.#end = 0;
    this.#read();
  }

  #answer(head: RequestHead, length: number, refusal?: Response): void {
    this.#state = ANSWERING;
    this.#since = this.#host.now;
    this.#first = false;
    this.#start += head.size;
    this.#parser = new HeadParser(this.#host.limits);
    const request = this.#request = new PlainRequest(
      head,
      this,
      length === 0 ? null : this.#bodyOf(head, length),
    );
    if (this.#start === this.#end) {
      this.#start = this.#end = 0;
      if (this.#buffer.length > FIRST_SIZE) this.#buffer = new Uint8Array(FIRST_SIZE);
      // So it is noticed when the client goes.
      if (this.#body === undefined) this.#read();
    }
    const response = refusal ?? this.#host.answer(request);
    if (response instanceof Response) this.#respond(response);
    else response.then((response) => this.#respond(response));
  }

  #bodyOf(head: RequestHead, length: number): PlainBody {
    const first = this.#buffer.slice(this.#start, Math.min(this.#end, this.#start + length));
    this.#start += first.length;
    if (first.length === length) return first;
    this.#body = new RequestBody(this, first, length, waitsForInvitation(head) && first.length === 0);
    return this.#body.stream;
  }

  #respond(response: Response): void {
    if (this.#state === GONE) {
      response.body?.cancel().catch(() => {});
      return;
    }
    const { method, close } = this.#request!;
    // `Response.error()` has status 0.
    const sent = response.status < 200 ? problem(500, "internal") : response;
    // Where a body has not been read it is not known whether what follows is one more request.
    const last = close || this.#host.closing || this.#body !== undefined;
    writeResponse(this, sent, { method, close: last, reading: this.#reads }).then(
      this.#answered,
      this.#broke,
    );
  }

  #answered = (keep: boolean): void => {
    if (this.#state === GONE) return;
    this.#request = this.#body = this.#source = undefined;
    this.#answering = false;
    this.#since = this.#host.now;
    if (this.#ended) return this.end();
    if (!keep) {
      this.#state = CLOSING;
      this.#shut();
      return this.#closeOn();
    }
    this.#state = READING;
    if (this.#end > this.#start) this.#look();
    else if (!this.#reading) this.#read();
  };

  #shut = (): void => {
    const { closeWrite } = this.io;
    if (closeWrite === undefined || this.#ended) this.end();
    else closeWrite.call(this.io).catch(this.#broke);
  };
}
