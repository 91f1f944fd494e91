/**
 * The files of an application that go into its executable.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { missingPermission } from "../exit.ts";
import type { Problem } from "../problem.ts";
import { PROJECT_FILES } from "./project_config.ts";

/** The files, and what is wrong. */
export interface ApplicationFiles {
  /** Their paths relative to the folder. */
  readonly paths: readonly string[];
  /** Their sizes together, in bytes. */
  readonly bytes: number;
  /** What is wrong. */
  readonly problems: readonly Problem[];
}

/** Never part of a program: packages, which the compiler gets itself, and tests. */
const LEFT_OUT = /^(?:node_modules|tests?|.*[._]test\.\w+|deno\.lock)$/;

/**
 * Finds them: everything but hidden files, tests and packages. `besides` are further paths that stay out, such as the executable itself.
 */
export function applicationFiles(folder: string, besides: readonly string[]): ApplicationFiles {
  const paths: string[] = [];
  const problems: Problem[] = [];
  const out = new Set(besides.map((path) => resolve(path)));
  const seen = new Set<string>();
  let bytes = 0;
  const walk = (at: string) => {
    const real = Deno.realPathSync(at);
    // A link that leads back to a folder around it would never end.
    if (seen.has(real)) return;
    seen.add(real);
    for (const { name } of [...Deno.readDirSync(at)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(at, name);
      if (isLeftOut(name, at, folder) || out.has(resolve(path))) continue;
      if (at === folder && PROJECT_FILES.includes(name)) continue;
      try {
        const { isDirectory, isFile, size } = Deno.statSync(path);
        if (isDirectory) walk(path);
        else if (isFile) {
          paths.push(relative(folder, path));
          bytes += size;
        }
      } catch (error) {
        problems.push(unreadable(path, error));
      }
    }
  };
  try {
    walk(folder);
  } catch (error) {
    problems.push(unreadable(folder, error));
  }
  return { paths, bytes, problems };
}

/** In the static folder only what is hidden stays out: there a folder named `test` is a page's. */
function isLeftOut(name: string, at: string, folder: string): boolean {
  if (name.startsWith(".")) return name !== ".well-known";
  return LEFT_OUT.test(name) && !relative(folder, at).startsWith("static");
}

function unreadable(path: string, error: unknown): Problem {
  const missing = missingPermission(error);
  if (missing !== undefined) return { where: path, ...missing };
  if (error instanceof Deno.errors.NotFound) {
    return { where: path, what: "leads nowhere", fix: "take the link out, or make what it names" };
  }
  const why = error instanceof Error ? error.message : String(error);
  return { where: path, what: `cannot be read: ${why}`, fix: "let this user read it, or take it out" };
}

/** Copies them. */
export function copyFiles(folder: string, paths: readonly string[], to: string): void {
  for (const path of paths) {
    Deno.mkdirSync(join(to, dirname(path)), { recursive: true });
    Deno.copyFileSync(join(folder, path), join(to, path));
  }
}

/** The application's name: that of its folder, with letters of any script. */
export function applicationName(folder: string): string {
  const name = basename(resolve(folder)).replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "");
  return name || "application";
}
