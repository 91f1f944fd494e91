/** A served page with uploads, its server in a process that can be killed, and what tests see of both. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UploadFields } from "@n2o/n2o/nitro";
import { freePort } from "../free_port.ts";
import { type Browser, type BrowserContext, browserTest, complaints, type Page } from "./chromium.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Options of the page's element, and how fast the server takes files. */
export interface SiteOptions extends UploadFields {
  readonly bytesPerSecond?: number;
}

/** The server with its data, and files to send. */
export class UploadSite {
  readonly folder: string;
  readonly #engine: string;
  readonly #options: SiteOptions;
  #process: Deno.ChildProcess | undefined;
  readonly #port = freePort();

  constructor(engine: string, options: SiteOptions) {
    this.folder = Deno.makeTempDirSync();
    this.#engine = engine;
    this.#options = options;
  }

  /** Starts the server, each time on the same port. */
  async start(): Promise<void> {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--config", `${root}deno.json`, "-A", `${root}tests/browser/upload_server.ts`],
        ...[this.#engine, `${this.#port}`, this.folder, JSON.stringify(this.#options)],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    for await (const line of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      if (/port \d+/.test(line)) return;
    }
    throw new Error("the server does not start");
  }

  /** Ends the server as `kill -9` does. */
  async kill(): Promise<void> {
    this.#process!.kill("SIGKILL");
    await this.#process!.status;
  }

  /** The page's address. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/app/page.htm`;
  }

  /** Makes a file to choose, and gives its path. */
  async file(name: string, size: number, seed = 0): Promise<string> {
    const folder = join(this.folder, "chosen");
    await Deno.mkdir(folder, { recursive: true });
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[i] = i * 7 + (i >> 8) + seed;
    await Deno.writeFile(join(folder, name), bytes);
    return join(folder, name);
  }

  /** The names of the files that are complete; those of unfinished ones in the hidden folder, which must have gone, at its end. */
  stored(): string[] {
    const list = (path: string): string[] => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    const files = join(this.folder, "files");
    return list(files).filter((name) => name !== ".uploads");
  }

  /** The bytes of parts of unfinished files. */
  partBytes(): number {
    let bytes = 0;
    const walk = (path: string): void => {
      for (const { name, isDirectory } of Deno.readDirSync(path)) {
        if (isDirectory) walk(join(path, name));
        else if (!/json|log|done|table/.test(name)) bytes += Deno.statSync(join(path, name)).size;
      }
    };
    walk(join(this.folder, "files", ".uploads"));
    return bytes;
  }

  /** Waits until nothing is left of files that are not wanted any more. */
  async noParts(): Promise<void> {
    for (let tries = 0; this.partBytes() > 0; tries++) {
      assert.ok(tries < 2400, "parts are left");
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Checks that files have come as they were chosen. */
  async hasStored(...names: string[]): Promise<void> {
    assert.deepEqual(this.stored(), names.toSorted());
    for (const name of names) {
      const [chosen, stored] = await Promise.all(
        ["chosen", "files"].map((folder) => Deno.readFile(join(this.folder, folder, name))),
      );
      assert.equal(stored.length, chosen.length, name);
      assert.equal(stored.findIndex((byte, i) => byte !== chosen[i]), -1, name);
    }
  }

  /** Ends it all. */
  async remove(): Promise<void> {
    await this.kill().catch(() => {});
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A page with uploads, as its visitor sees it. */
export class Visit {
  readonly page: Page;
  /** What the page complains of. */
  readonly heard: string[];

  private constructor(page: Page) {
    this.page = page;
    this.heard = complaints(page);
  }

  /** Opens the page. */
  static async open(context: BrowserContext | Browser, site: UploadSite): Promise<Visit> {
    const visit = new Visit(await context.newPage());
    // From the first listener on Chromium asks Playwright and no dialog of its own; it takes a while to learn that.
    visit.page.on("filechooser", () => {});
    await visit.page.goto(site.url);
    await visit.ready();
    return visit;
  }

  /** Waits until the element is there. */
  ready(): Promise<void> {
    return this.page.locator("#upload input").waitFor({ state: "attached" });
  }

  /** Chooses files. */
  choose(...paths: string[]): Promise<void> {
    return this.page.setInputFiles("#upload input", paths);
  }

  /** The files of the list as they are shown: name and state. */
  list(): Promise<string[]> {
    return this.page.locator(".n2o-upload-file").evaluateAll((rows) =>
      rows.map((row) =>
        `${row.querySelector(".n2o-upload-name")!.textContent} ${row.getAttribute("data-state")}`
      )
    );
  }

  /** The row of a file. */
  row(name: string) {
    return this.page.locator(".n2o-upload-file", {
      has: this.page.locator(".n2o-upload-name", { hasText: new RegExp(`^${name.replaceAll(".", "\\.")}$`) }),
    });
  }

  /** How much of a file has gone, in percent. */
  percent(name: string): Promise<number> {
    return this.row(name).locator("progress").evaluate((bar) => (bar as unknown as { value: number }).value);
  }

  /** Waits until a file is so far, and, where that matters, not at its end. */
  async halfway(name: string, least = 10, most = 95): Promise<void> {
    for (let tries = 0; tries < 12_000; tries++) {
      const percent = await this.percent(name).catch(() => 0);
      if (percent >= least) return assert.ok(percent <= most, `${name} is at ${percent}%`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`${name} does not get on`);
  }

  /** Asks until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 2400; tries++) {
      if (await this.page.evaluate(expression) === true) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`waited in vain until ${expression}`);
  }

  /** Waits until every file of the list is done. */
  async done(count: number, timeout = 60_000): Promise<void> {
    const done = this.page.locator('.n2o-upload-file[data-state="done"]');
    await done.nth(count - 1).waitFor({ timeout });
    assert.equal(await this.page.locator(".n2o-upload-file").count(), count);
  }
}

/** Registers a test in a browser, with a server of its own. */
export function uploadTest(
  name: string,
  run: (site: UploadSite, browser: Browser) => Promise<void>,
  options: SiteOptions = {},
  engine = "stream",
): Promise<void> {
  return browserTest(`uploads in a page: ${name}`, async (browser) => {
    const site = new UploadSite(engine, options);
    try {
      await site.start();
      await run(site, browser);
    } finally {
      await site.remove();
    }
  });
}
