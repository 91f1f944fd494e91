/** A page driven by operations that the test gives itself, and what the page's module `/n2o/nitro.js` sends. */
import { strict as assert } from "node:assert";
import { atom, bert, isTuple, type Term, text, type Tuple, tuple } from "@n2o/n2o/client";
import { files } from "../../lib/client/bundle/mod.ts";
import { Changes } from "../client/until.ts";
import { type Browser, browserTest, complaints, type Page } from "./chromium.ts";

const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title>` +
  `<link rel="icon" href="data:,">`;

/** A server of one page. */
export class NitroSite extends Changes {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** The page's body. */
  body = "";
  /** The page's module. */
  module = "nitro.js";
  policy = "default-src 'self'; img-src data:";
  /** What a new connection gets in answer to its greeting. */
  init: readonly Term[] = [];
  /** What that answer waits for. */
  isReady: Promise<void> | undefined;
  /** Every term that came, and every text. */
  readonly received: (Term | string)[] = [];
  readonly sockets: WebSocket[] = [];

  constructor() {
    super();
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#serve(request),
    );
  }

  /** The page's address. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/app/page.htm`;
  }

  /** Sends operations to the newest connection. */
  send(...operations: Term[]): void {
    this.io(operations);
  }

  /** Sends an answer to the newest connection. */
  io(first: Term, data: Term = ""): void {
    const socket = this.sockets[this.sockets.length - 1];
    socket.send(bert.encode(tuple(atom("io"), first, data)) as Uint8Array<ArrayBuffer>);
  }

  /** The events that came. */
  get events(): Tuple[] {
    return this.received.filter((term): term is Tuple => isTuple(term, "pickle", 4));
  }

  /** The values of an event's sources, by the text of their keys. */
  static values(event: Tuple): Record<string, Term> {
    const pairs = (event[3] as Tuple[]).slice(1).map(([key, value]) => [text(key), value]);
    return Object.fromEntries(pairs);
  }

  /** Stops. */
  async close(): Promise<void> {
    for (const socket of this.sockets) if (socket.readyState === WebSocket.OPEN) socket.close(1001);
    await this.#server.shutdown();
  }

  #serve(request: Request): Response {
    const { pathname } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") return this.#upgrade(request);
    if (pathname.startsWith("/app/")) {
      const html = `${HEAD}<body>${this.body}<script type="module" src="/n2o/${this.module}"></script>`;
      const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
      if (this.policy) headers.set("content-security-policy", this.policy);
      return new Response(html, { headers });
    }
    const file = files[pathname.replace("/n2o/", "")];
    if (file === undefined) return new Response(null, { status: 404 });
    return new Response(file, { headers: { "content-type": "text/javascript; charset=utf-8" } });
  }

  #upgrade(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.binaryType = "arraybuffer";
    socket.onmessage = async ({ data }) => {
      if (data === "PING") return socket.send("PONG");
      this.received.push(typeof data === "string" ? data : bert.decode(new Uint8Array(data)));
      if (typeof data === "string" && data.startsWith("N2O,")) {
        this.sockets.push(socket);
        if (this.isReady) await this.isReady;
        this.io(this.init, tuple(atom("Token"), "token"));
      }
      this.changed();
    };
    socket.onclose = () => this.changed();
    return response;
  }
}

/** A page of such a site in a browser. */
export class NitroTab {
  readonly site: NitroSite;
  readonly page: Page;
  readonly heard: string[];
  #steps = 0;

  constructor(site: NitroSite, page: Page) {
    this.site = site;
    this.page = page;
    this.heard = complaints(page);
  }

  /** Opens the page and waits until it is connected. */
  async open(isOpen = "document.documentElement.dataset.n2oState === 'open'"): Promise<void> {
    await this.page.addInitScript(
      `addEventListener("securitypolicyviolation", (e) => console.error("violation", e.violatedDirective));`,
    );
    await this.page.goto(this.site.url);
    await this.until(isOpen);
  }

  /** Sends operations, and waits until the page has applied them. */
  async apply(...operations: Term[]): Promise<void> {
    const step = `step ${++this.#steps}`;
    this.site.send(...operations, tuple(atom("attr"), tuple(atom("qs"), "html"), "data-step", step));
    await this.until(`document.documentElement.dataset.step === '${step}'`);
  }

  /** What an expression gives in the page. */
  run<T = unknown>(expression: string): Promise<T> {
    return this.page.evaluate(expression);
  }

  /** Asks until an expression is true; Playwright's own way needs a policy that allows `eval`. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 2400; tries++) {
      if (await this.page.evaluate(expression).catch(() => false) === true) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`waited in vain until ${expression}; heard ${this.heard.join("\n")}`);
  }

  /** The HTML of an element. */
  html(selector: string): Promise<string> {
    return this.run(`document.querySelector(${JSON.stringify(selector)})?.outerHTML ?? ""`);
  }
}

/** Registers a test with such a page of its own; its console must stay clean. */
export function nitroTest(
  name: string,
  body: string,
  run: (tab: NitroTab, site: NitroSite, browser: Browser) => Promise<void>,
  prepare: (site: NitroSite) => void = () => {},
): Promise<void> {
  return browserTest(name, async (browser) => {
    const site = new NitroSite();
    site.body = body;
    prepare(site);
    try {
      const tab = new NitroTab(site, await browser.newPage());
      await tab.open();
      await run(tab, site, browser);
      assert.deepEqual(tab.heard, []);
    } finally {
      await site.close();
    }
  });
}
