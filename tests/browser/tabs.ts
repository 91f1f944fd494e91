/**
 * Chromium's tabs as a user has them: one is shown, the others are hidden, and their timers are throttled.
 *
 * Playwright tells every page that it is shown and in focus, and switches the throttling off; this speaks to Chromium's DevTools itself.
 */
import { findChromium } from "./chromium.ts";

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A running Chromium. */
export class Tabs {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;

  private constructor(process: Deno.ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const answer = JSON.parse(data) as Answer;
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    };
  }

  /** Starts Chromium, headless, with an empty profile and these further arguments. */
  static async start(args: readonly string[] = []): Promise<Tabs> {
    const profile = await Deno.makeTempDir();
    const process = new Deno.Command((await findChromium())!, {
      args: [
        "--headless=new",
        ...(Deno.uid() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        ...args,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const url = Promise.withResolvers<string>();
    listen(process.stderr, url);
    const socket = new WebSocket(await url.promise);
    await new Promise((resolve) => socket.onopen = resolve);
    return new Tabs(process, profile, socket);
  }

  /** Opens an address in a tab, and shows it. */
  async open(url: string): Promise<Tab> {
    const { targetId } = await this.send("Target.createTarget", { url });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(this, targetId as string, sessionId as string);
    await tab.show();
    return tab;
  }

  /** Gives a command; see the Chrome DevTools protocol. */
  async send(method: string, params = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await promise;
    if (result === undefined) throw new Error(`${method}: ${error?.message}`);
    return result;
  }

  /** Ends Chromium. */
  async close(): Promise<void> {
    await this.send("Browser.close");
    this.#socket.close();
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {});
  }
}

/** One tab. */
export class Tab {
  readonly #tabs: Tabs;
  readonly #target: string;
  readonly #session: string;

  /** Made by {@linkcode Tabs.open}. */
  constructor(tabs: Tabs, target: string, session: string) {
    this.#tabs = tabs;
    this.#target = target;
    this.#session = session;
  }

  /** Shows it, which hides the one shown before, and waits until the page knows. */
  async show(): Promise<void> {
    await this.#tabs.send("Target.activateTarget", { targetId: this.#target });
    await this.until("document.visibilityState === 'visible'");
  }

  /** Whether the page has a network. */
  async online(on: boolean): Promise<void> {
    await this.#send("Network.enable");
    await this.#send("Network.emulateNetworkConditions", {
      offline: !on,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await this.until(`navigator.onLine === ${on}`);
  }

  /** Freezes the page as Chromium does with tabs that were not looked at for long, or thaws it. */
  async freeze(on: boolean): Promise<void> {
    await this.#send("Page.setWebLifecycleState", { state: on ? "frozen" : "active" });
  }

  /** What an expression gives in the page, once its promise is fulfilled. */
  async run<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value: T }).value;
  }

  /** Asks until an expression is true. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 2400; tries++) {
      if (await this.run<boolean>(expression).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`waited in vain until ${expression}`);
  }

  #send(method: string, params = {}): Promise<Record<string, unknown>> {
    return this.#tabs.send(method, params, this.#session);
  }
}

/** Finds the DevTools' address in what Chromium says, and goes on reading so that it never blocks. */
async function listen(
  stderr: ReadableStream<Uint8Array<ArrayBuffer>>,
  url: PromiseWithResolvers<string>,
): Promise<void> {
  let said = "";
  for await (const chunk of stderr.pipeThrough(new TextDecoderStream())) {
    if (said.length < 100_000) said += chunk;
    const found = /DevTools listening on (ws:\S+)/.exec(said);
    if (found !== null) url.resolve(found[1]);
  }
  url.reject(new Error(`Chromium does not start: ${said}`));
}
