/**
 * The systems that an executable can be made for.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import type { Problem } from "../problem.ts";

/** A system, as `deno compile --target` names it. */
export interface Target {
  /** The whole name. */
  readonly name: string;
  /** The short one: `linux-x64`. */
  readonly short: string;
  /** What its executables end in. */
  readonly ending: "" | ".exe";
}

/** All of them. */
export const targets: readonly Target[] = [
  { name: "x86_64-unknown-linux-gnu", short: "linux-x64", ending: "" },
  { name: "aarch64-unknown-linux-gnu", short: "linux-arm64", ending: "" },
  { name: "x86_64-apple-darwin", short: "macos-x64", ending: "" },
  { name: "aarch64-apple-darwin", short: "macos-arm64", ending: "" },
  { name: "x86_64-pc-windows-msvc", short: "windows-x64", ending: ".exe" },
  { name: "aarch64-pc-windows-msvc", short: "windows-arm64", ending: ".exe" },
];

/** The target of a name, the whole or the short one. */
export function findTarget(name: string): Target | undefined {
  return targets.find((target) => target.name === name || target.short === name);
}

/** What is wrong with a name that is none. */
export function unknownTarget(name: string): Problem {
  const known = targets.map(({ short }) => short);
  const near = nearest(name, [...known, ...targets.map((target) => target.name)]);
  return {
    where: `--target ${name}`,
    what: "is no system that Deno compiles for",
    fix: `${near === undefined ? "give one of" : `did you mean ${near}? There are`} ${known.join(", ")}`,
  };
}

/** The system that this runs on; `undefined` for one that Deno does not compile for. */
export function hostTarget(): Target | undefined {
  return findTarget(Deno.build.target);
}

const ELF = 0x7f454c46;
const MACH_O = 0xcffaedfe;
const PE = 0x4d5a;

/** The system of an executable file, told by its first bytes; `undefined` for another kind of file. */
export function targetOf(head: Uint8Array): Target | undefined {
  if (head.length < 64) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const named = (system: string, arm: boolean) => findTarget(`${system}-${arm ? "arm64" : "x64"}`);
  if (view.getUint32(0) === ELF) return named("linux", view.getUint16(18, true) === 0xb7);
  if (view.getUint32(0) === MACH_O) return named("macos", view.getUint32(4, true) === 0x0100000c);
  if (view.getUint16(0) !== PE) return undefined;
  const machine = view.getUint32(60, true) + 4;
  return machine + 2 > head.length ? undefined : named("windows", view.getUint16(machine, true) === 0xaa64);
}
