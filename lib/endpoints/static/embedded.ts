/**
 * Static files that are part of the program, as in a compiled binary or a library imported by URL.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import { eTag } from "../../std/etag.ts";
import type { StaticFile, StaticSource } from "./source.ts";

/** A file inside the program: its text or bytes, and its media type where the name's extension does not tell it. */
export interface EmbeddedFile {
  /** The content; a text is served as UTF-8. */
  readonly body: string | Uint8Array;
  /** The media type, such as `text/html; charset=utf-8`; by default the path's extension decides. */
  readonly type?: string;
}

/** The files of a map from paths (`app/index.htm`) to contents. */
export class EmbeddedSource implements StaticSource {
  #files = new Map<string, MemoryFile>();
  #directories = new Set<string>([""]);

  /** Takes the files over; throws `bad_path` for a path that no request could name. */
  constructor(files: Readonly<Record<string, EmbeddedFile>>) {
    for (const [path, file] of Object.entries(files)) {
      const names = path.split("/");
      if (names.some((name) => name === "" || name === "." || name === "..")) {
        throw new N2OError("bad_path", `static files: "${path}" is no path of an embedded file`, path);
      }
      for (let i = 1; i < names.length; i++) this.#directories.add(names.slice(0, i).join("/"));
      this.#files.set(path, new MemoryFile(file));
    }
  }

  /** Looks a path up. */
  async find(path: string): Promise<StaticFile | "directory" | undefined> {
    const file = this.#files.get(path);
    if (file !== undefined) return await file.tagged();
    return this.#directories.has(path) ? "directory" : undefined;
  }
}

class MemoryFile implements StaticFile {
  readonly modifiedMs = undefined;
  readonly size: number;
  readonly type: string | undefined;
  etag: string | undefined;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(file: EmbeddedFile) {
    this.#bytes = typeof file.body === "string" ? new TextEncoder().encode(file.body) : file.body.slice();
    this.size = this.#bytes.length;
    this.type = file.type;
  }

  async tagged(): Promise<StaticFile> {
    this.etag ??= await eTag(this.#bytes);
    return this;
  }

  open(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(this.#bytes.subarray(start, end));
  }
}
