/**
 * Writes the bill of materials: what is inside the programs and the package, in CycloneDX 1.6, from `deno.lock`.
 *
 *     deno task sbom [FILE]
 *
 * Packages that only tests and scripts use are in the lock file, and so they are here, with the scope `excluded`. The same sources give
 * the same bill: its number comes from its content, its time from `SOURCE_DATE_EPOCH`, in seconds, where that is set.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Locked, readLock } from "./lock.ts";
import { measure } from "./sizes.ts";

/** What is said of a component. */
export interface Component {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: "required" | "excluded";
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses?: readonly License[];
  readonly purl: string;
}

type License = { readonly license: { readonly id: string } | { readonly name: string } } | {
  readonly expression: string;
};

/** A bill of materials. */
export interface Bill {
  readonly $schema: string;
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: number;
  readonly metadata: {
    readonly timestamp: string;
    readonly tools: { readonly components: readonly Pick<Component, "type" | "name" | "version">[] };
    readonly component: Component;
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** A package that runs. */
export interface Used {
  /** Whether a module of ours imports it, and not only another package. */
  readonly direct: boolean;
  /** Its licence, as its own `package.json` has it. */
  readonly license: string | undefined;
}

/** What a bill is made of. */
export interface Materials {
  /** The name and version of what it is for. */
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The text of `deno.lock`. */
  readonly lock: string;
  /** What runs, by `NAME@VERSION`. */
  readonly used: ReadonlyMap<string, Used>;
  /** The versions of the runtime that is inside the programs. */
  readonly runtime: { readonly deno: string; readonly v8: string };
  /** The time, in milliseconds since 1970. */
  readonly time: number;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  sha512: "SHA-512",
  sha384: "SHA-384",
  sha256: "SHA-256",
};
const EXPRESSION = / (?:AND|OR|WITH) /;
const ID = /^[A-Za-z0-9.+-]+$/;

/** Makes the bill. Throws for what runs and is not in the lock file. */
export function billOf({ name, version, license, lock, used, runtime, time }: Materials): Bill {
  const locked = readLock(lock);
  for (const id of used.keys()) {
    if (!locked.has(id)) throw new Error(`${id} runs, and deno.lock does not have it`);
  }
  const own = `pkg:generic/${encodeURIComponent(name)}@${version}`;
  const inside: Component[] = [
    partOf("deno", runtime.deno, `pkg:github/denoland/deno@v${runtime.deno}`, "platform", "MIT"),
    partOf("v8", runtime.v8, `pkg:generic/v8@${runtime.v8}`, "library", "BSD-3-Clause"),
  ];
  const packages = [...locked].sort(([a], [b]) => a < b ? -1 : 1).map(([id, one]) => {
    return componentOf(one, used.has(id), used.get(id)?.license);
  });
  const direct = [...used].filter(([, one]) => one.direct).map(([id]) => purlOf(locked.get(id)!));
  const dependencies = [
    { ref: own, dependsOn: [inside[0].purl, ...direct].sort() },
    { ref: inside[0].purl, dependsOn: [inside[1].purl] },
    { ref: inside[1].purl, dependsOn: [] },
    ...[...locked.values()].map((one) => ({
      ref: purlOf(one),
      dependsOn: one.needs.map((id) => purlOf(locked.get(id)!)).sort(),
    })),
  ];
  const rest = {
    version: 1,
    metadata: {
      timestamp: new Date(time).toISOString(),
      tools: { components: [{ type: "application" as const, name: "scripts/sbom.ts", version }] },
      component: partOf(name, version, own, "application", license),
    },
    components: [...inside, ...packages],
    dependencies,
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(rest))}`,
    ...rest,
  };
}

function partOf(
  name: string,
  version: string,
  purl: string,
  type: Component["type"],
  license: string,
): Component {
  const part = { type, "bom-ref": purl, name, version, licenses: licensesOf(license), purl };
  // What the bill is about has no scope in itself.
  return type === "application" ? part : { ...part, scope: "required" };
}

function componentOf(one: Locked, isUsed: boolean, license: string | undefined): Component {
  const [group, name] = one.name.startsWith("@") ? one.name.split("/") : [undefined, one.name];
  const purl = purlOf(one);
  return {
    type: "library",
    "bom-ref": purl,
    group,
    name,
    version: one.version,
    scope: isUsed ? "required" : "excluded",
    hashes: hashesOf(one.integrity),
    licenses: license === undefined ? undefined : licensesOf(license),
    purl,
  };
}

/** The address of a package in the notation of all registries; the `@` of a scope is escaped there. */
function purlOf({ name, version }: Locked): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hashesOf(integrity: string): Component["hashes"] {
  return integrity.split(" ").flatMap((one) => {
    const [algorithm, digest] = one.split(/-(.*)/s);
    const alg = ALGORITHMS[algorithm];
    return alg === undefined ? [] : [{ alg, content: Uint8Array.fromBase64(digest).toHex() }];
  });
}

function licensesOf(text: string): License[] {
  if (EXPRESSION.test(text)) return [{ expression: text }];
  return [{ license: ID.test(text) ? { id: text } : { name: text } }];
}

/** A number that the content gives, in the form of version 8. */
function uuidOf(content: string): string {
  const hex = createHash("sha256").update(content).digest("hex");
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}

/** The bill of this repository. */
export async function ownBill(): Promise<Bill> {
  const root = new URL("..", import.meta.url);
  const read = (path: string) => Deno.readTextFile(new URL(path, root));
  const { name, version, license } = JSON.parse(await read("deno.json")) as Record<string, string>;
  const used = new Map<string, Used>();
  for (const { packages } of await measure()) {
    for (const { name, folder, direct } of packages) {
      const { license } = JSON.parse(await Deno.readTextFile(`${folder}/package.json`)) as {
        license?: unknown;
      };
      used.set(name, {
        direct: direct || used.get(name)?.direct === true,
        license: typeof license === "string" ? license : undefined,
      });
    }
  }
  const epoch = Deno.env.get("SOURCE_DATE_EPOCH");
  return billOf({
    name,
    version,
    license,
    lock: await read("deno.lock"),
    used,
    runtime: Deno.version,
    time: epoch === undefined ? Date.now() : Number(epoch) * 1000,
  });
}

if (import.meta.main) {
  const text = JSON.stringify(await ownBill(), null, 2) + "\n";
  const [file] = Deno.args;
  if (file === undefined) console.log(text.trimEnd());
  else await Deno.writeTextFile(file, text);
}
