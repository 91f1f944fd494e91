/**
 * What `n2o dev` has in the application's pages: a script, and the connection that it is told by what is wrong and what has changed.
 *
 * @module
 */
import heart from "../../../protocols/heart.ts";
import type { Context } from "../../context.ts";
import type { FileHandler } from "../../endpoints/http.ts";
import { staticFiles, type StaticHandler } from "../../endpoints/static.ts";
import type { Logger } from "../../log.ts";
import type { Protocol } from "../../protocol.ts";
import { handled, type Reply, reply } from "../../reply.ts";
import type { Problem } from "../problem.ts";
import { Failures } from "./failures.ts";
import { type Injected, injectInto } from "./inject.ts";
import { type ShownProblem, shownProblems } from "./shown.ts";
import { waitingPage } from "./waiting.ts";

/** The route of the connections: they are opened at `/ws/n2o/dev`. */
const ROUTE = "n2o/dev";
const SCRIPT = "/n2o/dev.js";

/** Options of {@linkcode DevPage}. */
export interface DevPageOptions {
  /** The application's folder: the page is told paths relative to it. */
  readonly folder: string;
}

/**
 * The dev server's side of the pages. What it is told goes to every open page, and to those that are opened later:
 *
 * - `{"kind":"state","generation":7,"run":"…","revision":2,"problems":[…]}` when a page connects;
 * - `{"kind":"problems","generation":8,"problems":[…]}` with what is wrong, an empty list when all is mended;
 * - `{"kind":"styles","revision":3,"paths":["/style.css"]}` for style sheets that are to be loaded anew;
 * - `{"kind":"reload","revision":4,"why":"app.js"}` for all else that only a reload shows.
 *
 * A page knows what its document was made at, so that one which missed a message, since it was being loaded or its connection
 * was lost, is reloaded when it connects.
 *
 * @example
 * ```ts
 * import { createN2O } from "@n2o/n2o";
 * import { DevPage } from "./page.ts";
 *
 * const page = new DevPage({ folder: "." });
 * const hello = () => new Response("<h1>Hello</h1>", { headers: { "content-type": "text/html" } });
 * const n2o = createN2O({ protocols: [], chains: page.chains, files: [page.files, ...page.inject([hello])] });
 * page.problems([{ where: "protocols/hello.ts", what: "has no default export", fix: "write one" }], 1);
 * const answer = await n2o.fetch(new Request("http://localhost/"));
 * if (!(await answer.text()).includes("/n2o/dev.js")) throw new Error("no script");
 * await n2o.close();
 * ```
 */
export class DevPage {
  /** The chains of its connections: those of {@linkcode createN2O}'s `chains`. */
  readonly chains: Record<string, Protocol[]>;
  /** Serves its script. */
  readonly files: FileHandler;
  readonly #folder: string;
  readonly #run: string = crypto.randomUUID().slice(0, 8);
  readonly #pages = new Set<Context>();
  #generation = 0;
  #revision = 0;
  #list: readonly Problem[] = [];
  #problems: ShownProblem[] = [];
  readonly #failures: Failures;

  /** Begins without problems. */
  constructor({ folder }: DevPageOptions) {
    this.#folder = folder;
    this.chains = { [ROUTE]: [heart, this.#protocol()] };
    this.files = devScript();
    this.#failures = new Failures(folder, () => this.#tellProblems());
  }

  /** A log whose errors are shown in the pages, too, until something is saved: what a protocol or a page fails at while it runs. */
  watch(log: Logger): Logger {
    return this.#failures.watch(log);
  }

  /** How many pages are open. */
  get pages(): number {
    return this.#pages.size;
  }

  /**
   * The handlers of an application's files with the script in all their documents. Behind them is one more, for browsers: a page for each
   * address that nothing answers, which is loaded anew when something does.
   */
  inject(handlers: readonly FileHandler[]): FileHandler[] {
    const injected = (): Injected => {
      const version = `${this.#run}.${this.#revision}.${this.#generation}`;
      return { html: `<script async src="${SCRIPT}" data-n2o-dev="${version}"></script>`, version };
    };
    const waiting: FileHandler = (request) => waitingPage(request, this.#list.length > 0);
    return [...handlers, waiting].map((handler) => injectInto(handler, injected));
  }

  /**
   * Tells all pages what is wrong now, and which generation is in force. When nothing is wrong a page that shows problems shows them no
   * more, and each looks whether its document has become another one; then it is loaded anew.
   *
   * @param since What failed before this instant of `performance.now()` is over: when the look at the files began that gave the list.
   */
  problems(list: readonly Problem[], generation: number, since: number = performance.now()): void {
    this.#generation = generation;
    this.#list = list;
    this.#failures.forget(since);
    this.#tellProblems();
  }

  #tellProblems(): void {
    const generation = this.#generation;
    this.#problems = shownProblems([...this.#list, ...this.#failures.problems], this.#folder);
    this.#tell({ kind: "problems", generation, problems: this.#problems });
  }

  /** Has all pages load style sheets anew, by their paths in addresses: `/style.css`. The rest of a page stays as it is. */
  styles(urlPaths: readonly string[]): void {
    if (urlPaths.length === 0) return;
    this.#revision++;
    this.#tell({ kind: "styles", revision: this.#revision, paths: urlPaths });
  }

  /** Has all pages load anew, with a word on why. */
  reload(why: string): void {
    this.#revision++;
    this.#tell({ kind: "reload", revision: this.#revision, why });
  }

  #tell(message: unknown): void {
    const said = text(message);
    for (const cx of this.#pages) cx.push(said);
  }

  #protocol(): Protocol {
    return {
      name: "dev",
      init: (cx) => {
        if (cx.peer.transport === "post") return;
        this.#pages.add(cx);
        const [generation, run, revision, problems] = [
          this.#generation,
          this.#run,
          this.#revision,
          this.#problems,
        ];
        cx.push(text({ kind: "state", generation, run, revision, problems }));
      },
      info: () => handled,
      terminate: (cx) => void this.#pages.delete(cx),
    };
  }
}

function text(message: unknown): Reply {
  return reply("text", JSON.stringify(message));
}

/** The script, which is read when it is asked for first. */
function devScript(): FileHandler {
  let files: Promise<StaticHandler> | undefined;
  return async (request) => {
    if (new URL(request.url).pathname !== SCRIPT) return undefined;
    files ??= import("../../client/bundle/dev.js", { with: { type: "text" } }).then(({ default: body }) =>
      staticFiles({ "dev.js": { body, type: "text/javascript; charset=utf-8" } }, { prefix: "/n2o/" })
    );
    return await (await files)(request);
  };
}
