/**
 * Static files from a folder on disk.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import { eTag } from "../../std/etag.ts";
import { isHiddenPath } from "./path.ts";
import type { StaticFile, StaticSource } from "./source.ts";

const separator = Deno.build.os === "windows" ? "\\" : "/";
// Up to here one read is cheaper than a stream, and nothing stays open while a slow client takes it.
const wholeBytes = 64 * 1024;
const chunkBytes = 128 * 1024;
// A file written within a file system's time resolution may change again without a sign of it.
const settledMs = 2000;

/** The files of a folder, confined to it. */
export class FolderSource implements StaticSource {
  #folder: string;
  #root: string;

  /** Opens a folder; throws `bad_folder` when it is none or may not be read. */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      if (!Deno.statSync(folder).isDirectory) throw new N2OError("bad_folder", "not a folder");
      this.#root = Deno.realPathSync(folder);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new N2OError("bad_folder", `static files: cannot serve "${folder}": ${why}`, folder, { cause });
    }
  }

  /** Looks a path up. Links may lead anywhere inside the folder, and nowhere else. */
  async find(path: string): Promise<StaticFile | "directory" | undefined> {
    try {
      const real = await Deno.realPath(`${this.#folder}${separator}${path}`);
      if (!this.#isServable(real)) {
        // The folder itself may be a link that a deployment has moved on.
        this.#root = await Deno.realPath(this.#folder);
        if (!this.#isServable(real)) return undefined;
      }
      const info = await Deno.stat(real);
      if (info.isDirectory) return "directory";
      // Opening a pipe or a device could block for ever.
      if (!info.isFile) return undefined;
      const modifiedMs = info.mtime?.getTime();
      const weak = modifiedMs === undefined || Date.now() - modifiedMs < settledMs;
      return new DiskFile(real, info.size, await eTag(info, { weak }), modifiedMs);
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  #isServable(real: string): boolean {
    if (real === this.#root) return true;
    const root = this.#root.endsWith(separator) ? this.#root : this.#root + separator;
    return real.startsWith(root) && !isHiddenPath(real.slice(root.length), separator);
  }
}

class DiskFile implements StaticFile {
  readonly #path: string;

  constructor(
    path: string,
    readonly size: number,
    readonly etag: string | undefined,
    readonly modifiedMs: number | undefined,
  ) {
    this.#path = path;
  }

  async open(
    start: number,
    end: number,
  ): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>> {
    const file = await Deno.open(this.#path);
    let streaming = false;
    try {
      if (start > 0) await file.seek(start, Deno.SeekMode.Start);
      if (end - start > wholeBytes) {
        const stream = streamOf(file, end - start);
        streaming = true;
        return stream;
      }
      return await readExactly(file, end - start);
    } finally {
      if (!streaming) file.close();
    }
  }
}

async function readExactly(file: Deno.FsFile, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) throw shrunk();
    filled += read;
  }
  return bytes;
}

/** Exactly `length` bytes of a file, which is closed at their end, on an error, and when nobody wants them any more. */
function streamOf(file: Deno.FsFile, length: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = length;
  let open = true;
  const close = () => {
    if (open) file.close();
    open = false;
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const chunk = new Uint8Array(Math.min(left, chunkBytes));
        const read = await file.read(chunk);
        // The promised length cannot be kept: failing here ends the connection, waiting would hang the client.
        if (read === null) throw shrunk();
        left -= read;
        controller.enqueue(chunk.subarray(0, read));
        if (left === 0) {
          close();
          controller.close();
        }
      } catch (error) {
        // Cancelled while reading: the file is closed already, and nobody is there to be told.
        if (!open) return;
        close();
        throw error;
      }
    },
    cancel: close,
  }, { highWaterMark: 0 });
}

function shrunk(): N2OError {
  return new N2OError("file_changed", "static files: a file became shorter while it was read");
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop ||
    (error instanceof Error && "code" in error && error.code === "ENAMETOOLONG");
}
