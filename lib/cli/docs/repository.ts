/**
 * Where the documents are: beside the program's modules, on disk, inside the executable, or at the address it was loaded from.
 *
 * @module
 */
import { N2OError } from "../../error.ts";

const ROOT = new URL("../../../", import.meta.url);
/** What is fetched has to come within this time. */
const PATIENCE_MS = 15_000;

/** The files of the repository, by their paths in it. */
export class Repository {
  #root: URL;
  #fetched = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  /** Takes where the repository is. */
  constructor(root: URL = ROOT) {
    this.#root = root;
  }

  /** Whether the files lie on disk, where somebody may be writing them. */
  get local(): boolean {
    return this.#root.protocol === "file:";
  }

  /** A file's bytes. Throws `no_document` when it is not there or cannot be had. */
  async bytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const url = new URL(path, this.#root);
    if (!this.local) return await this.#fetchOnce(url);
    try {
      return await Deno.readFile(url);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw missing(url, "is not there", error);
      throw error;
    }
  }

  /** A document's text. */
  async text(path: string): Promise<string> {
    return new TextDecoder().decode(await this.bytes(path));
  }

  /** What lies behind an address stays as it is while the program runs, since its modules do. */
  #fetchOnce(url: URL): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#fetched.get(url.href);
    if (known !== undefined) return known;
    const coming = download(url);
    this.#fetched.set(url.href, coming);
    coming.catch(() => this.#fetched.delete(url.href));
    return coming;
  }
}

async function download(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw missing(url, "cannot be reached", error);
  }
  if (response.ok) return await response.bytes();
  await response.body?.cancel();
  throw missing(url, `was answered by ${response.status}`);
}

function missing(url: URL, why: string, cause?: unknown): N2OError {
  return new N2OError("no_document", `${url.pathname} ${why}`, url.href, { cause });
}
