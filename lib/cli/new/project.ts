/**
 * The files of a new project.
 *
 * @module
 */
import { configurationFor } from "./configuration.ts";
import type { Origin } from "./origin.ts";
import ciRun from "./template/ci/run.txt" with { type: "text" };
import counter from "./template/counter.ts.txt" with { type: "text" };
import editorconfig from "./template/editorconfig.txt" with { type: "text" };
import workflow from "./template/github/test.yml.txt" with { type: "text" };
import gitignore from "./template/gitignore.txt" with { type: "text" };
import index from "./template/pages/index.ts.txt" with { type: "text" };
import counterProtocol from "./template/protocols/counter.ts.txt" with { type: "text" };
import readme from "./template/README.md.txt" with { type: "text" };
import icon from "./template/static/icon.svg.txt" with { type: "text" };
import style from "./template/static/style.css.txt" with { type: "text" };
import counterProtocolTest from "./template/tests/counter_protocol.test.ts.txt" with { type: "text" };
import indexPageTest from "./template/tests/index_page.test.ts.txt" with { type: "text" };
import extensions from "./template/vscode/extensions.json.txt" with { type: "text" };
import settings from "./template/vscode/settings.json.txt" with { type: "text" };
import { denoVersion, type Tools } from "./tools.ts";

/** The text of each file of a project, by its path. */
export function projectFiles(name: string, origin: Origin, tools: Tools): Map<string, string> {
  const width = Math.max(tools.dev.length, tools.test.length);
  const words: Record<string, string> = {
    name,
    deno: denoVersion,
    dev: tools.dev.padEnd(width),
    test: tools.test.padEnd(width),
    help: tools.help,
  };
  const files: Record<string, string> = {
    "deno.json": configurationFor(origin),
    "README.md": readme,
    "counter.ts": counter,
    "pages/index.ts": index,
    "protocols/counter.ts": counterProtocol,
    "static/style.css": style,
    "static/icon.svg": icon,
    "tests/counter_protocol.test.ts": counterProtocolTest,
    "tests/index_page.test.ts": indexPageTest,
    ".ci/run": ciRun,
    ".editorconfig": editorconfig,
    ".github/workflows/test.yml": workflow,
    ".gitignore": gitignore,
    ".vscode/extensions.json": extensions,
    ".vscode/settings.json": settings,
  };
  return new Map(Object.entries(files).map(([path, text]) => [path, filled(text, words)]));
}

/** A template with its `{{words}}` filled in. */
export function filled(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (whole, word) => words[word] ?? whole);
}
