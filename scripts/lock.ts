/**
 * The npm packages of `deno.lock`.
 *
 * @module
 */

/** A package as the lock file has it. */
export interface Locked {
  /** Its name: `@types/ws`. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** The digest of its archive, as npm writes it: `sha512-` and base64. */
  readonly integrity: string;
  /** What it needs: `NAME@VERSION` of each. */
  readonly needs: readonly string[];
}

interface LockFile {
  readonly version: string;
  readonly npm?: Readonly<Record<string, { integrity: string; dependencies?: readonly string[] }>>;
}

/** The packages by `NAME@VERSION`. Throws for a lock file of a version that it does not know. */
export function readLock(text: string): Map<string, Locked> {
  const { version, npm = {} } = JSON.parse(text) as LockFile;
  if (version !== "5") throw new Error(`deno.lock is of version ${version}; this reads version 5`);
  const ids = Object.keys(npm);
  const found = new Map<string, Locked>();
  for (const [id, { integrity, dependencies = [] }] of Object.entries(npm)) {
    const [name, version] = partsOf(id);
    const needs = dependencies.map((dependency) => resolve(dependency, ids));
    // One that stands there several times, for other companions, is one archive all the same.
    const before = found.get(`${name}@${version}`);
    found.set(`${name}@${version}`, {
      name,
      version,
      integrity,
      needs: [...new Set([...before?.needs ?? [], ...needs])].sort(),
    });
  }
  return found;
}

/** A dependency is named without its version where there is only one. */
function resolve(dependency: string, ids: readonly string[]): string {
  const id = ids.includes(dependency) ? dependency : ids.find((one) => partsOf(one)[0] === dependency);
  if (id === undefined) throw new Error(`deno.lock has no ${dependency}, which one of its packages needs`);
  return partsOf(id).join("@");
}

/** Name and version of `NAME@VERSION` or `NAME@VERSION_COMPANION@VERSION`. */
function partsOf(id: string): [name: string, version: string] {
  const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
  if (name === undefined) throw new Error(`deno.lock: ${id} is no package`);
  return [name, version];
}
