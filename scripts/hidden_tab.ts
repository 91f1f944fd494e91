/**
 * Watches a tab that is hidden for so many minutes, twelve unless told: do its PINGs go on, does its connection live?
 *
 *     deno run -A scripts/hidden_tab.ts [MINUTES]
 *
 * Chromium is started without any switch that would spare or hurry its throttling: after five hidden minutes a page's own timers run
 * once a minute. The server is the real one, which closes what is silent for 60 s. Seen with Chromium 156: a PING every 6 s to the
 * end, on one connection, while an interval of one second fell to once a minute.
 *
 * @module
 */
import { createN2O, heart, isTuple, type Protocol, session, staticFiles, text, unknown } from "@n2o/n2o";
import { Tabs } from "../tests/browser/tabs.ts";

const MINUTE_MS = 60_000;
const minutes = Number(Deno.args[0] ?? 12);

const html = `<!doctype html><title>hidden</title><script type="module" src="/page.js"></script>`;
const script = `import { createClient } from "/n2o/n2o.js";
globalThis.client = createClient();
client.connect();
globalThis.ticks = 0;
setInterval(() => ticks++, 1000);`;

let pings = 0;
let connections = 0;
const counter: Protocol = {
  name: "counter",
  init() {
    connections++;
  },
  info(message) {
    if (isTuple(message, "text", 2) && text(message[1]) === "PING") pings++;
    return unknown;
  },
};

const n2o = createN2O({
  protocols: [counter, heart, session],
  files: [staticFiles({
    "page.htm": { body: html, type: "text/html; charset=utf-8" },
    "page.js": { body: script, type: "text/javascript; charset=utf-8" },
  })],
});
const { url } = n2o.listen({ port: 0 });
const tabs = await Tabs.start();
const tab = await tabs.open(`${url}page.htm`);
await tab.until("client.state === 'open'");
await tabs.open("about:blank");
await tab.until("document.hidden");

console.log("minute  PINGs  connections  ticks of the page's own interval");
for (let minute = 1; minute <= minutes; minute++) {
  const [pingsBefore, ticksBefore] = [pings, await tab.run<number>("ticks")];
  await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
  const ticks = await tab.run<number>("ticks") - ticksBefore;
  console.log([minute, pings - pingsBefore, connections, ticks].map((n) => String(n).padStart(6)).join(" "));
}
const alive = await tab.run<string>("client.state") === "open" && connections === 1;
console.log(alive ? "the connection lived" : "the connection did not live");
await tabs.close();
await n2o.close();
Deno.exit(alive ? 0 : 1);
