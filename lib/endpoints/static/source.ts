/**
 * Where static files come from: a folder on disk, or what is embedded in the program.
 *
 * @module
 */

/** One file that can be served. */
export interface StaticFile {
  /** Its length in bytes. */
  readonly size: number;
  /** Its entity tag, quotes included; `undefined` where there is nothing to make one from. */
  readonly etag: string | undefined;
  /** When it was last written, in milliseconds; `undefined` where nobody knows. */
  readonly modifiedMs: number | undefined;
  /** Its media type where the source knows better than the file's name tells. */
  readonly type?: string;
  /** Opens the bytes from `start` to before `end`; a stream that is not read must be cancelled. */
  open(
    start: number,
    end: number,
  ): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** Files by their path: segments joined by `/`, decoded, without a leading slash. */
export interface StaticSource {
  /** Looks a path up: a file, `"directory"`, or `undefined` when there is nothing that may be served. */
  find(path: string): Promise<StaticFile | "directory" | undefined>;
}
