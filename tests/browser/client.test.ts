import { strict as assert } from "node:assert";
import { atom, bert, isTuple, text, tuple } from "@n2o/n2o/client";
import { map, script } from "../../lib/client/bundle/mod.ts";
import { MockServer } from "../client/mock.ts";
import { type Browser, browserTest, complaints, findChromium } from "./chromium.ts";
import { Tabs } from "./tabs.ts";

const CSP = { "content-security-policy": "default-src 'self'" };

/** A server with one page that runs the given script, which finds the client's exports in `n2o`. */
function serve(page: string): MockServer {
  const server = new MockServer();
  const head = `<!doctype html><html lang="en"><title>page</title><link rel="icon" href="/icon.svg">`;
  server.files.set("/app/page.htm", {
    type: "text/html; charset=utf-8",
    body: `${head}<script type="module" src="/page.js"></script>`,
    headers: CSP,
  });
  server.files.set("/icon.svg", { type: "image/svg+xml", body: `<svg xmlns="http://www.w3.org/2000/svg"/>` });
  server.files.set("/page.js", {
    type: "text/javascript",
    body: `import * as n2o from "/n2o/n2o.js";\nglobalThis.n2o = n2o;\n${page}`,
  });
  const cors = { "access-control-allow-origin": "*" };
  server.files.set("/n2o/n2o.js", { type: "text/javascript", body: script, headers: cors });
  server.files.set("/n2o/n2o.js.map", { type: "application/json", body: map });
  return server;
}

const pageOf = (server: MockServer): string => `http://127.0.0.1:${server.port}/app/page.htm`;

/** Asks until an expression is true; Playwright's own way needs a policy that allows `eval`. */
async function until(
  page: { evaluate(expression: string): Promise<unknown> },
  expression: string,
): Promise<void> {
  for (let tries = 0; tries < 2400; tries++) {
    if (await page.evaluate(expression) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`waited in vain until ${expression}`);
}

/** Registers a test in a browser with a server; the page's console must be clean. */
function clientTest(
  name: string,
  page: string,
  run: (server: MockServer, browser: Browser) => Promise<void>,
): Promise<void> {
  return browserTest(name, async (browser) => {
    const server = serve(page);
    try {
      await run(server, browser);
    } finally {
      await server.close();
    }
  });
}

await clientTest(
  "in a page under a strict policy: handshake at the page's own address, cookie, echo as UTF-8, a clean console (F07)",
  `globalThis.client = n2o.createClient();
   client.connect();
   globalThis.echo = (value) => client.request(n2o.tuple(n2o.atom("echo"), value), { match: (t) => n2o.isTuple(t, "echo") });`,
  async (server, browser) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const heard = complaints(page);
    await page.goto(`${pageOf(server)}?room=x`);
    const values = `[n2o.atom("ыыы"), "ыыы", new TextEncoder().encode("ыыы"), ["¶"], "😀"]`;
    const hex = await page.evaluate(`(async () => {
      const hex = (term) => Array.from(n2o.bert.encode(term), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const seen = [];
      for (const value of ${values}) seen.push(hex(value), hex((await echo(value))[1]));
      return seen;
    })()`);
    const right = [
      "837706d18bd18bd18b",
      "836d00000006d18bd18bd18b",
      "836d00000006d18bd18bd18b",
      "836c000000016d00000002c2b66a",
      "836d00000004f09f9880",
    ];
    assert.deepEqual(hex, right.flatMap((bytes) => [bytes, bytes]));
    const received = server.received("echo").map((term) =>
      Array.from(bert.encode(isTuple(term) ? term[1] : ""), (byte) => byte.toString(16).padStart(2, "0"))
        .join("")
    );
    assert.deepEqual(received, right);

    assert.equal(server.paths[0], "/ws/app/page.htm?room=x");
    const token = await page.evaluate("client.token");
    const [{ name, value, path, sameSite, secure, httpOnly }] = await context.cookies();
    assert.deepEqual(
      { name, value, path, sameSite, secure, httpOnly },
      { name: "X-Auth-Token", value: token, path: "/", sameSite: "Lax", secure: false, httpOnly: false },
    );
    // Another tab, and the same one after a reload, are in the same session.
    const other = await context.newPage();
    await other.goto(pageOf(server));
    await other.evaluate(`echo(1)`);
    await page.reload();
    await page.evaluate(`echo(1)`);
    assert.deepEqual(server.tokens, ["", token, token]);
    // A token that one tab was given is the next one's of all.
    server.send(server.connections[1], tuple(atom("io"), "", tuple(atom("Token"), "prolonged")));
    await until(other, "client.token === 'prolonged'");
    assert.equal(await page.evaluate("client.token"), "prolonged");
    assert.deepEqual(heard, []);
  },
);

await clientTest(
  "where the browser gives a page no cookies the token lives as long as the page",
  `const frame = document.createElement("iframe");
   frame.sandbox = "allow-scripts";
   frame.src = "/app/boxed.htm";
   document.body.append(frame);`,
  async (server, browser) => {
    server.files.set("/app/boxed.htm", {
      type: "text/html",
      body: `<script type="module">
        import { createClient } from "/n2o/n2o.js";
        let denied = false;
        try { document.cookie; } catch { denied = true; }
        const client = createClient({ reconnect: { minMs: 1, maxMs: 5 } });
        client.on("open", ({ token }) => document.title = (denied ? "denied " : "") + token);
        client.connect();
      </script>`,
    });
    const page = await browser.newPage();
    const heard = complaints(page);
    await page.goto(pageOf(server));
    await server.until("it has shaken hands", () => server.tokens.length === 1);
    const frame = page.frames().at(-1)!;
    await until(frame, "document.title.startsWith('denied token')");
    const token = (await frame.title()).slice("denied ".length);
    server.last.socket.close(1001);
    await server.until("it has come back", () => server.tokens.length === 2);
    assert.deepEqual(server.tokens, ["", token]);
    assert.deepEqual(heard, []);
  },
);

await clientTest(
  "where no WebSocket gets through a page uses POST, in the cookie's session",
  `globalThis.client = n2o.createClient({ reconnect: { minMs: 1, maxMs: 50 }, pollMs: 20 });
   globalThis.room = client.join("lobby");
   globalThis.bodies = [];
   room.on("message", ({ body }) => bodies.push(body));
   client.connect();`,
  async (server, browser) => {
    server.mischief.noWebSocket = true;
    const page = await browser.newPage();
    await page.goto(pageOf(server));
    await until(page, "client.state === 'polling' && room.joined");
    await page.evaluate(`room.post("mine")`);
    server.say("lobby", "theirs");
    await until(page, "bodies.length === 2");
    assert.deepEqual(await page.evaluate("bodies"), ["mine", "theirs"]);
    const token = await page.evaluate("client.token");
    assert.equal(server.posts.at(-1)!.cookie, `X-Auth-Token=${token}`);
    server.mischief.noWebSocket = false;
    await until(page, "client.state === 'open'");
    server.say("lobby", "live");
    await until(page, "bodies.length === 3");
  },
);

const ignore = await findChromium() === undefined;

/** Registers a test with tabs as a user has them. */
function tabsTest(
  name: string,
  page: string,
  run: (server: MockServer, tabs: Tabs) => Promise<void>,
  args: readonly string[] = [],
): void {
  if (ignore) console.warn(`skipped "${name}": there is no Chromium here`);
  Deno.test({
    name,
    ignore,
    fn: async () => {
      const server = serve(page);
      const tabs = await Tabs.start(args);
      try {
        await run(server, tabs);
      } finally {
        await tabs.close();
        await server.close();
      }
    },
  });
}

tabsTest(
  "a page that closed on purpose, during a wait too, stays closed when it is hidden and shown, and off and on the network (F36)",
  `globalThis.client = n2o.createClient({ reconnect: { minMs: 3600000, maxMs: 3600000, jitter: 0 } });
   client.connect();`,
  async (server, tabs) => {
    const page = await tabs.open(pageOf(server));
    await page.until("client.state === 'open'");
    const aside = await tabs.open("about:blank");
    const wakeUp = async (): Promise<void> => {
      await page.online(false);
      await page.online(true);
      // Chromium hides a page that it freezes, and ends its connections.
      await page.freeze(true);
      await page.freeze(false);
      await aside.show();
      await page.until("document.hidden");
      await page.show();
      // A new connection would have come before this answer.
      await page.run(`fetch("/icon.svg").then((answer) => answer.text())`);
    };
    const connections = (): number => server.paths.length;

    await page.run("client.close()");
    await wakeUp();
    assert.equal(await page.run("client.state"), "closed");
    assert.equal(connections(), 1);

    await page.run("client.connect()");
    await page.until("client.state === 'open'");
    server.last.socket.close(1001);
    await page.until("client.state === 'waiting'");
    await page.run("client.close()");
    await wakeUp();
    assert.equal(await page.run("client.state"), "closed");
    assert.equal(connections(), 2);

    // The same events end a wait: they were heard.
    await page.run("client.connect()");
    await page.until("client.state === 'open'");
    server.last.socket.close(1001);
    await page.until("client.state === 'waiting'");
    await wakeUp();
    await page.until("client.state === 'open'");
    assert.ok(connections() > 3);
  },
);

tabsTest(
  "in a hidden tab PINGs go on while Chromium lets the page's own timers run once a minute only",
  `globalThis.client = n2o.createClient({ heartbeatMs: 1000 });
   client.connect();
   globalThis.ticks = 0;
   setInterval(() => ticks++, 1000);`,
  async (server, tabs) => {
    const page = await tabs.open(pageOf(server));
    await page.until("client.state === 'open'");
    await (await tabs.open("about:blank")).show();
    await page.until("document.hidden");
    const pings = (): number => server.received("PING").length;
    for (let tries = 0;; tries++) {
      const [ticksBefore, pingsBefore] = [await page.run<number>("ticks"), pings()];
      await server.until("four more PINGs came", () => pings() >= pingsBefore + 4);
      // Four PINGs are eight seconds here: unthrottled, the interval has ticked at least four times.
      if (await page.run<number>("ticks") <= ticksBefore + 1) break;
      assert.ok(tries < 10, "this Chromium does not throttle hidden tabs");
    }
    assert.equal(server.connections.length, 1);
  },
  // As after five minutes, but at once.
  [
    "--intensive-wake-up-throttling-policy=force-enable",
    "--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1,QuickIntensiveThrottlingAfterLoading:grace_period_seconds/1",
  ],
);

tabsTest(
  "a page that was frozen for longer than any limit goes on with one connection (F35)",
  `globalThis.client = n2o.createClient({ heartbeatMs: 50, silenceMs: 1000, reconnect: { minMs: 1, maxMs: 5 } });
   client.connect();`,
  async (server, tabs) => {
    const page = await tabs.open(pageOf(server));
    await page.until("client.state === 'open'");
    const aside = await tabs.open("about:blank");
    await page.freeze(true);
    // Time that passes for a page that stands still: there is no event to wait for.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    server.last.socket.close(1000, "idle");
    await page.freeze(false);
    await aside.show();
    await page.show();
    await server.until(
      "the new connection has beaten for longer than the limit",
      () =>
        server.connections.length > 1 &&
        server.last.received.filter((frame) => frame === "PING").length >= 30,
    );
    assert.equal(server.connections.length, 2);
    assert.equal(text((server.received("N2O,")[1] as string).slice(4)), await page.run("client.token"));
  },
);
