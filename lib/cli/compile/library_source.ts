/**
 * The library that goes into an executable: the one that runs.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import configuration from "../../../deno.json" with { type: "json" };

/** Where the running library is, with a slash at its end. */
const ROOT = new URL("../../../", import.meta.url);
/** What of it is code. */
const PARTS = ["deno.json", "main.ts", "mod.ts", "lib", "protocols"];

/** The library, as an executable's configuration names it. */
export interface LibrarySource {
  /** Its address: relative to the configuration, or absolute. */
  readonly base: string;
  /** Its parts by the names that modules import, as a configuration says it that lies so many folders deeper. */
  imports(deeper: number): Record<string, string>;
}

/** Puts the library into a folder below `stage`. One that runs from an address is compiled from there. */
export function provideSource(stage: string): LibrarySource {
  if (ROOT.protocol !== "file:") return source(ROOT.href);
  const folder = join(stage, "library");
  Deno.mkdirSync(folder);
  for (const part of PARTS) copy(fileURLToPath(new URL(part, ROOT)), join(folder, part));
  return source("./library/");
}

/** The pinned versions of its packages; `undefined` when there is no such file. */
export function lockText(): string | undefined {
  if (ROOT.protocol !== "file:") return undefined;
  try {
    return Deno.readTextFileSync(new URL("deno.lock", ROOT));
  } catch {
    // Without it the packages are those of their exact versions, whose own packages are not pinned.
    return undefined;
  }
}

function source(base: string): LibrarySource {
  const { name, exports } = configuration;
  return {
    base,
    imports(deeper) {
      const root = base.startsWith("./") && deeper > 0 ? `${"../".repeat(deeper)}${base.slice(2)}` : base;
      const entries = Object.entries(exports as Record<string, string>);
      return Object.fromEntries(
        entries.map(([path, file]) => [`${name}${path.slice(1)}`, `${root}${file.slice(2)}`]),
      );
    },
  };
}

/** In a compiled program the files are inside it: they are read, since the system knows nothing of them. */
function copy(from: string, to: string): void {
  if (!Deno.statSync(from).isDirectory) return Deno.writeFileSync(to, Deno.readFileSync(from));
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(from)) copy(join(from, name), join(to, name));
}
