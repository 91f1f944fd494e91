/**
 * What the source says of elements and actions, as `deno doc` reads it.
 *
 * @module
 */

/** A field of an element, or of an action. */
export interface Field {
  readonly name: string;
  readonly text: string;
}

/** The fields that an interface has by itself, and what it is made of. */
export interface FieldSet {
  readonly name: string;
  readonly own: readonly Field[];
  readonly bases: readonly string[];
}

/** An element or an action. */
export interface Entry {
  readonly name: string;
  readonly text: string;
  /** The file that it is in, without its folder. */
  readonly file: string;
  /** The interface of its fields; for functions the call, such as `clear(target)`. */
  readonly fields: string | undefined;
  readonly call: string | undefined;
}

/** All of it. */
export interface Reference {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly sets: ReadonlyMap<string, FieldSet>;
}

interface TypeNode {
  readonly kind?: string;
  readonly repr?: string;
  readonly value?: { readonly typeName?: string; readonly typeParams?: readonly TypeNode[] };
}

interface Property {
  readonly name: string;
  readonly jsDoc?: { readonly doc?: string };
}

interface Parameter {
  readonly kind: string;
  readonly name?: string;
  readonly optional?: boolean;
  readonly left?: { readonly name?: string };
}

interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string };
  readonly jsDoc?: { readonly doc?: string };
  readonly def: {
    readonly extends?: readonly TypeNode[];
    readonly properties?: readonly Property[];
    readonly params?: readonly Parameter[];
    readonly tsType?: TypeNode;
  };
}

interface Symbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

const FILES = ["protocols/nitro/mod.ts", "protocols/nitro/controls/mod.ts"];

/** Reads it from the sources. */
export async function readReference(root: string): Promise<Reference> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...FILES],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`deno doc failed: ${new TextDecoder().decode(stderr)}`);
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: Symbol[] }>;
  };
  const entries = new Map<string, Entry>();
  const sets = new Map<string, FieldSet>();
  for (const { symbols } of Object.values(nodes)) {
    for (const { name, declarations: [first] } of symbols) {
      if (first.kind === "interface" || first.kind === "typeAlias") sets.set(name, setOf(name, first));
      else if (first.kind === "variable" || first.kind === "function") {
        entries.set(name, entryOf(name, first));
      }
    }
  }
  return { entries, sets };
}

function setOf(name: string, { def }: Declaration): FieldSet {
  const own = (def.properties ?? []).map((property) => ({
    name: property.name,
    text: plain(property.jsDoc?.doc),
  }));
  const bases = def.tsType === undefined ? (def.extends ?? []) : [def.tsType];
  return { name, own, bases: bases.map(nameOf).filter((base) => base !== undefined) };
}

/** The name of a type; of `Omit<X, …>` that of `X`. */
function nameOf(type: TypeNode): string | undefined {
  const name = type.value?.typeName;
  return name === "Omit" || name === "Readonly" ? nameOf(type.value!.typeParams![0]) : name;
}

function entryOf(name: string, declaration: Declaration): Entry {
  const { def, jsDoc, location, kind } = declaration;
  const params = def.tsType?.value?.typeParams;
  const call = kind !== "function" ? undefined : `${name}(${(def.params ?? []).map(parameterOf).join(", ")})`;
  return {
    name,
    text: plain(jsDoc?.doc),
    file: location.filename.slice(location.filename.lastIndexOf("/") + 1),
    fields: params === undefined ? undefined : nameOf(params[0]),
    call,
  };
}

function parameterOf({ kind, name, optional, left }: Parameter): string {
  return kind === "assign" ? `${left?.name}?` : `${name}${optional ? "?" : ""}`;
}

/** A doc comment as Markdown: its links are names, its lines one paragraph each, what only `@default` says in brackets. */
function plain(doc = ""): string {
  return doc
    .replace(/\{@linkcode (\w+)\}/g, "`$1`")
    .replace(/@default (.*)/g, (_, value) => `(default: ${value.trim()})`)
    .replace(/^@\w+[\s\S]*$/m, "")
    .split(/\n{2,}/)
    .map((part) => part.replace(/\s*\n\s*/g, " ").trim())
    .filter((part) => part !== "")
    .join("\n\n");
}
