/** An application in development as a browser sees it: files in a folder, pages of NITRO, and what the dev server tells. */
import { strict as assert } from "node:assert";
import { createN2O, heart, type Listener, type N2O, type Protocol, staticFiles, tuple } from "@n2o/n2o";
import { atom } from "@n2o/n2o";
import { createNitro, type Page as NitroPage } from "@n2o/n2o/nitro";
import { DevPage } from "../../lib/cli/dev/page.ts";
import { freePort } from "../free_port.ts";
import { keepLog, type LogLine } from "../log.ts";
import { type Browser, browserTest, complaints, type Page } from "./chromium.ts";

/** What stands before a page's body. */
export const HEAD = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>dev</title>` +
  `<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>`;

/** An application in development. */
export class DevSite implements AsyncDisposable {
  readonly folder: string;
  dev: DevPage;
  readonly lines: LogLine[];
  #n2o: N2O;
  #listener: Listener;
  #protocols: readonly Protocol[];

  private constructor(folder: string, pages: Record<string, NitroPage>) {
    this.folder = folder;
    this.lines = [];
    this.dev = new DevPage({ folder });
    this.#protocols = this.#chain(pages);
    [this.#n2o, this.#listener] = this.#start(freePort());
  }

  /** Starts with files, by their names, and with pages. */
  static async start(
    files: Record<string, string>,
    pages: Record<string, NitroPage> = {},
  ): Promise<DevSite> {
    const site = new DevSite(await Deno.realPath(await Deno.makeTempDir()), pages);
    for (const [name, text] of Object.entries(files)) await site.write(name, text);
    return site;
  }

  /** The address of a path. */
  url(path = "/"): string {
    return `http://127.0.0.1:${this.#listener.port}${path}`;
  }

  /** Writes a file; its time is another one each time. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}`, text);
  }

  /** Puts other pages in force, as a reload does; draws those again that are open. */
  replace(pages: Record<string, NitroPage>): void {
    this.#protocols = this.#chain(pages);
    this.redraw("pages/index.ts");
  }

  /** Tells all connections that a file has changed. */
  redraw(file: string): void {
    this.#n2o.replace(this.#protocols, { tell: tuple(atom("reload"), [file]) });
  }

  /** Ends the server and starts another one at the same port, as when `n2o dev` is started again. */
  async restart(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { port } = this.#listener;
    await this.#n2o.close({ drainMs: 0 });
    await meanwhile();
    this.dev = new DevPage({ folder: this.folder });
    [this.#n2o, this.#listener] = this.#start(port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#n2o.close({ drainMs: 0 });
    await Deno.remove(this.folder, { recursive: true });
  }

  #documents: Protocol & { documents?: ReturnType<typeof createNitro>["documents"] } = heart;

  #chain(pages: Record<string, NitroPage>): readonly Protocol[] {
    const nitro = createNitro({ pages });
    this.#documents = nitro;
    return [heart, nitro];
  }

  #start(port: number): [N2O, Listener] {
    const { log, lines } = keepLog();
    (this as { lines: LogLine[] }).lines = lines;
    const statics = staticFiles(this.folder);
    const files = [(request: Request) => this.#documents.documents?.(request), statics];
    const n2o = createN2O({
      protocols: this.#protocols,
      chains: this.dev.chains,
      files: [this.dev.files, ...this.dev.inject(files)],
      log,
    });
    return [n2o, n2o.listen({ port })];
  }
}

/** A page of such an application in a browser. */
export class DevTab {
  readonly page: Page;
  /** What its console says that it should not. */
  readonly heard: string[];
  readonly #url: (path: string) => string;
  /** Whether the document that is shown has been told the state. */
  #isTold = false;

  constructor(site: Pick<DevSite, "url">, page: Page) {
    this.#url = (path) => site.url(path);
    this.page = page;
    this.heard = complaints(page);
    let documents = 0;
    page.on("framenavigated", (frame) => {
      if (frame !== page.mainFrame()) return;
      documents++;
      this.#isTold = false;
    });
    page.on("websocket", (socket) => {
      const mine = documents;
      socket.on("framereceived", ({ payload }) => {
        if (mine === documents && String(payload).startsWith('{"kind":"state"')) this.#isTold = true;
      });
    });
  }

  /** Opens a path, and waits until the page is told what changes. */
  async open(path = "/"): Promise<void> {
    await this.page.addInitScript(
      `addEventListener("securitypolicyviolation", (e) => console.error("violation", e.violatedDirective));`,
    );
    await this.page.goto(this.#url(path));
    await this.#connected();
  }

  /** What an expression gives in the page. */
  run<T = unknown>(expression: string): Promise<T> {
    return this.page.evaluate(expression);
  }

  /** Asks until an expression is true. */
  async until(expression: string): Promise<void> {
    const isTrue = () => this.page.evaluate(expression).catch(() => false);
    await this.wait(async () => await isTrue() === true, expression);
  }

  /** Waits until a condition holds. */
  async wait(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (let tries = 0; tries < 2400; tries++) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`waited in vain until ${what}; heard ${this.heard.join("\n")}`);
  }

  /** Waits until the page has been loaded anew and is connected again. */
  async reloaded(): Promise<void> {
    await this.until(`window.mark === undefined && document.readyState === "complete"`);
    await this.#connected();
  }

  async #connected(): Promise<void> {
    await this.wait(() => this.#isTold, "the page is connected");
    await this.run(`window.mark = "as it was"`);
  }

  /** Asserts that the page has not been loaded anew. */
  async stayed(): Promise<void> {
    assert.equal(await this.run("window.mark"), "as it was");
  }

  /** The text of the panel with what is wrong, as it is seen; empty when it is not. */
  async panel(): Promise<string> {
    return await this.run<string>(`(() => {
      const section = document.querySelector("n2o-dev")?.shadowRoot.querySelector("section");
      return section && !section.hidden ? section.innerText : "";
    })()`);
  }
}

/** Registers a test with such a page; its console must stay clean. */
export function devTest(
  name: string,
  files: Record<string, string>,
  run: (tab: DevTab, site: DevSite, browser: Browser) => Promise<void>,
  pages: Record<string, NitroPage> = {},
): Promise<void> {
  return browserTest(name, async (browser) => {
    await using site = await DevSite.start(files, pages);
    const tab = new DevTab(site, await browser.newPage());
    await run(tab, site, browser);
    assert.deepEqual(tab.heard, []);
  });
}
