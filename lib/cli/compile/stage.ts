/**
 * A folder with all that goes into an executable, as it is to lie there. Nothing in it names the machine that compiles.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "../config.ts";
import { isFolder } from "../exists.ts";
import { moduleFiles } from "../module_files.ts";
import { PAGES } from "../pages.ts";
import type { Problem } from "../problem.ts";
import { PROTOCOLS } from "../protocols.ts";
import { type ApplicationFiles, applicationFiles, applicationName, copyFiles } from "./application_files.ts";
import { embeddedProblems } from "./embedded_settings.ts";
import { lockText, provideSource } from "./library_source.ts";
import { privatePaths } from "./private_files.ts";
import { projectFiles, readProjectConfig } from "./project_config.ts";
import { unstable } from "./rights.ts";

/** A folder that is ready to be compiled. Disposing of it removes it. */
export class Stage implements Disposable {
  /** The application's name. */
  readonly name: string;
  /** The folder. */
  readonly folder: string;
  /** The module that runs first, relative to the folder. */
  readonly entry = "main.ts";
  /** The modules that hold protocols and pages, relative to the folder. */
  readonly modules: readonly string[];
  /** What is to be embedded besides the first module, relative to the folder. */
  readonly include: readonly string[];
  /** How many files of the application are in it. */
  readonly files: number;
  /** Their sizes together, in bytes. */
  readonly bytes: number;
  /** What stays out and is worth a word: the path, and what it is. */
  readonly leftOut: ApplicationFiles["leftOut"];
  /** What is wrong; then it is not to be compiled. */
  readonly problems: readonly Problem[];
  /** The application's folder that it was made of. */
  readonly source: string;

  /** Copies the application of `config` and the library. `besides` are paths that stay out. */
  constructor(config: Config, besides: readonly string[]) {
    const source = this.source = resolve(config.folder ?? ".");
    const name = this.name = applicationName(source);
    const inside = `application/${name}`;
    const { static: named, protocolsFolder } = config.settings;
    const protocols = protocolsFolder ?? join(source, "protocols");
    const pages = join(source, "pages");
    const found = applicationFiles({
      folder: source,
      static: named ?? join(source, "static"),
      modules: [protocols, pages],
      private: privatePaths(config, source),
      besides,
    });
    const project = readProjectConfig(source, `./${inside}/`);
    const problems = [...found.problems, ...project.problems, ...embeddedProblems(config, source)];
    const modules = [[protocols, PROTOCOLS] as const, [pages, PAGES] as const].flatMap(([folder, kind]) =>
      isFolder(folder) ? [...moduleFiles(resolve(folder), kind, problems).values()] : []
    );
    this.files = found.paths.length;
    this.bytes = found.bytes;
    this.leftOut = found.leftOut;
    this.problems = problems;
    this.modules = modules.map((path) => join(inside, relative(source, path)));
    this.include = [inside, ...this.modules];
    this.folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "n2o-compile-" }));
    if (problems.length > 0) return;
    copyFiles(source, found.paths, join(this.folder, inside));
    const library = provideSource(this.folder);
    const write = (file: string, text: string) => Deno.writeTextFileSync(join(this.folder, file), text);
    const { imports, scopes, compilerOptions } = project;
    write(
      "deno.json",
      JSON.stringify({
        nodeModulesDir: "none",
        unstable: [...new Set([...unstable, ...project.unstable])],
        compilerOptions: { jsx: "react-jsx", jsxImportSource: "@n2o/n2o/nitro", ...compilerOptions },
        imports: { ...imports, ...library.imports(0) },
        scopes,
      }),
    );
    const beside = projectFiles(readProjectConfig(source, "./"), library.imports(2));
    for (const [file, text] of Object.entries(beside)) write(`${inside}/${file}`, text);
    write(
      this.entry,
      `import { runApplication } from ${JSON.stringify(`${library.base}lib/cli/compile/application.ts`)};
await runApplication(new URL(${JSON.stringify(`./${inside}/`)}, import.meta.url), Deno.args);
`,
    );
    this.#copyBeside(".npmrc");
    const lock = this.#textOf("deno.lock") ?? lockText();
    if (lock !== undefined) write("deno.lock", lock);
  }

  /** A text of the compiler with the paths and addresses that its user knows. */
  translate(text: string): string {
    const parent = resolve(this.source, "..");
    const pairs = [
      [join(this.folder, "application", this.name), this.source],
      [join(this.folder, "application"), parent],
      [this.folder, resolve(parent, "..")],
    ];
    const href = (path: string) => pathToFileURL(path).href;
    return pairs.reduce(
      (told, [from, to]) => told.replaceAll(href(from), href(to)).replaceAll(from, to),
      text,
    );
  }

  [Symbol.dispose](): void {
    try {
      Deno.removeSync(this.folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #copyBeside(name: string): void {
    const text = this.#textOf(name);
    if (text !== undefined) Deno.writeTextFileSync(join(this.folder, name), text);
  }

  #textOf(name: string): string | undefined {
    try {
      return Deno.readTextFileSync(join(this.source, name));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}
