/**
 * What the package exports, as `deno doc` reads it, and what of it is not told well enough.
 *
 * @module
 */

/** A name that a subpath of the package exports. */
export interface Exported {
  /** The subpath: `.`, `./client`. */
  readonly subpath: string;
  /** The name. */
  readonly name: string;
  /** `function`, `class`, `variable`, `interface`, `typeAlias` …; `reference` where it is another module's. */
  readonly kind: string;
  /** The file and line where it is declared. */
  readonly place: string;
  /** Whether it has a text. */
  readonly told: boolean;
  /** Whether it has an example in TypeScript that is run. */
  readonly shown: boolean;
}

interface Tag {
  readonly kind: string;
  readonly doc?: string;
}

interface Declaration {
  readonly kind: string;
  readonly declarationKind: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly Tag[] };
  readonly def?: { readonly target?: { readonly filename: string; readonly line: number } };
}

interface Documentation {
  readonly nodes: Readonly<
    Record<string, { readonly symbols: readonly { name: string; declarations: readonly Declaration[] }[] }>
  >;
}

/** Values are shown in use; a type is seen where values are. */
const TO_BE_SHOWN = ["function", "class", "variable", "enum"];

/** Reads all exports of the package in a folder. */
export async function readExports(root: string): Promise<Exported[]> {
  const { exports } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`)) as {
    exports: Record<string, string>;
  };
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...Object.values(exports)],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`deno doc failed: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as Documentation;
  return Object.entries(exports).flatMap(([subpath, path]) => {
    const found = Object.keys(nodes).find((url) => url.endsWith(path.slice(1)));
    if (found === undefined) throw new Error(`deno doc says nothing of ${path}`);
    return nodes[found].symbols.flatMap(({ name, declarations }) => {
      const exported = declarations.filter(({ declarationKind }) => declarationKind === "export");
      return exported.length === 0 ? [] : [describe(subpath, name, exported, root)];
    });
  });
}

/** Of a function with several signatures one has to be shown. */
function describe(
  subpath: string,
  name: string,
  declarations: readonly Declaration[],
  root: string,
): Exported {
  const [{ kind, location, def }] = declarations;
  const { filename, line } = def?.target ?? location;
  return {
    subpath,
    name,
    kind,
    place: `${filename.slice(filename.indexOf(root) + root.length + 1)}:${line + 1}`,
    told: declarations.every(({ jsDoc }) => (jsDoc?.doc ?? "").trim() !== ""),
    shown: declarations.some(({ jsDoc }) => isShown(jsDoc)),
  };
}

/** Blocks that are marked `ignore` are not run. */
function isShown({ doc = "", tags = [] }: NonNullable<Declaration["jsDoc"]> = {}): boolean {
  const texts = [doc, ...tags.filter(({ kind }) => kind === "example").map(({ doc = "" }) => doc)];
  return texts.some((text) => /^ *```tsx?$/m.test(text));
}

/** What is wrong, a sentence each: exports without a text, and values without an example. */
export function untold(exported: readonly Exported[]): string[] {
  const own = exported.filter(({ kind }) => kind !== "reference");
  const places = new Set(own.map(({ place }) => place));
  const found = new Set<string>();
  for (const { name, kind, place, told, shown, subpath } of exported) {
    if (kind === "reference") {
      if (!places.has(place)) found.add(`${name} of ${subpath} (${place}) is exported nowhere else`);
      continue;
    }
    if (!told) found.add(`${name} (${place}) has no documentation`);
    if (!shown && TO_BE_SHOWN.includes(kind)) found.add(`${name} (${place}) has no example`);
  }
  return [...found].sort();
}
