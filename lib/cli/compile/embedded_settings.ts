/**
 * Settings of an application that mean something else inside an executable.
 *
 * @module
 */
import { isAbsolute, resolve } from "node:path";
import { pathInside } from "../../path_inside.ts";
import { readConfigFile } from "../config_file.ts";
import type { Config } from "../config.ts";
import type { Problem } from "../problem.ts";

/** Keys of `n2o.json` with paths of what the server writes, or keeps to itself. Where the path begins: behind a prefix, or at once. */
const OUTSIDE: Readonly<Record<string, { prefix: string; flag: string }>> = {
  data: { prefix: "", flag: "--data DIR" },
  store: { prefix: "kv:", flag: "--store kv:PATH" },
  secretFile: { prefix: "", flag: "--secret-file FILE" },
  tlsCert: { prefix: "", flag: "--tls-cert FILE" },
  tlsKey: { prefix: "", flag: "--tls-key FILE" },
  tcp: { prefix: "unix:", flag: "--tcp unix:PATH" },
};

/** What cannot be as `n2o.json` says once the application lies in an executable: its data and keys, which do not, and files from elsewhere, which are not in it. */
export function embeddedProblems(config: Config, folder: string): Problem[] {
  const { file, settings } = config;
  if (file === undefined) return [];
  const problems: Problem[] = [];
  for (const [key, value] of readConfigFile(file, true)?.values ?? []) {
    const outside = Object.hasOwn(OUTSIDE, key) ? OUTSIDE[key] : undefined;
    if (outside === undefined || typeof value !== "string" || !value.startsWith(outside.prefix)) continue;
    const path = value.slice(outside.prefix.length);
    if (path === "" || isAbsolute(path) || (key === "store" && !value.startsWith("kv:"))) continue;
    problems.push({
      where: `${file}: ${key}`,
      what: "would lie inside the executable",
      fix: `take it out and start the program with ${outside.flag}, or give an absolute path`,
    });
  }
  const folders = { protocolsFolder: settings.protocolsFolder, static: settings.static };
  for (const [key, path] of Object.entries(folders)) {
    if (path === undefined || pathInside(resolve(path), resolve(folder)) !== undefined) continue;
    problems.push({
      where: `${file}: ${key}`,
      what: `names ${path}, which is outside ${folder}`,
      fix: "move it into the application's folder: only that goes into the executable",
    });
  }
  return problems;
}
