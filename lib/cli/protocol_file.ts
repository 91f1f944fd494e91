/**
 * One file with a protocol, or with several.
 *
 * @module
 */
import type { Protocol } from "../protocol.ts";
import { explainImport } from "./import_problem.ts";
import { modulesOnce, type ModuleSource } from "./module_source.ts";
import type { Problem } from "./problem.ts";

/** What a file gave. */
export interface ProtocolFile {
  /** Its protocols; none when something is wrong. */
  readonly protocols: readonly Protocol[];
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

const SHAPE = 'export default { name: "…", info(message, cx) { … } } satisfies Protocol, or an array of such';

/** Imports a file, whose default export is a protocol or an array of protocols. */
export async function loadProtocolFile(
  path: string,
  modules: ModuleSource = modulesOnce(),
): Promise<ProtocolFile> {
  const wrong = (what: string, fix: string): ProtocolFile => ({
    protocols: [],
    problems: [{ where: path, what, fix }],
  });
  let module: Record<string, unknown>;
  try {
    module = await modules.import(path);
  } catch (error) {
    return { protocols: [], problems: [{ where: path, ...explainImport(error, path) }] };
  }
  if (!("default" in module)) {
    return wrong(
      "has no default export",
      `write ${SHAPE}; a module that is no protocol is named with _ first`,
    );
  }
  const given = Array.isArray(module.default) ? module.default : [module.default];
  if (given.length === 0) return wrong("exports an empty array", `write ${SHAPE}`);
  const faults = given.map(faultOf);
  const at = faults.findIndex((fault) => fault !== undefined);
  if (at === -1) return { protocols: given as Protocol[], problems: [] };
  const which = Array.isArray(module.default) ? `entry ${at} of its default export` : "its default export";
  return wrong(`${which} is no protocol: ${faults[at]}`, `write ${SHAPE}`);
}

function faultOf(value: unknown): string | undefined {
  if (typeof value === "function") return "it is a function";
  if (typeof value !== "object" || value === null) {
    return `it is ${value === null ? "null" : `a ${typeof value}`}`;
  }
  if (value instanceof Promise) return "it is a promise: put await before it";
  const { name, info, init, terminate, upgrade } = value as Record<string, unknown>;
  if (typeof name !== "string" || name === "") return "its name is no text";
  if (typeof info !== "function") return "its info is no function";
  if (init !== undefined && typeof init !== "function") return "its init is no function";
  if (terminate !== undefined && typeof terminate !== "function") return "its terminate is no function";
  if (upgrade !== undefined && typeof upgrade !== "function") return "its upgrade is no function";
  return undefined;
}
