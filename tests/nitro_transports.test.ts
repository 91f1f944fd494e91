/**
 * Who gets a page: browsers do, and devices that speak over other transports do not.
 *
 * @module
 */
import { match, strictEqual } from "node:assert/strict";
import { atom, bert, isTuple, type Protocol, reply, tuple, unknown } from "@n2o/n2o";
import { createNitro, type Page } from "@n2o/n2o/nitro";
import { each } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";
import { hear, t } from "./speech.ts";
import { startTcp } from "./tcp_peer.ts";
import { UdpClient } from "./udp_client.ts";

/** A page that says something about everything. */
const index: Page = {
  init: (nitro) => nitro.update("a", "drawn"),
  event: (_message, nitro) => nitro.update("a", "event"),
  client: (_message, nitro) => nitro.update("a", "client"),
  info: (_message, nitro) => nitro.update("a", "info"),
};
const calculator: Protocol = {
  name: "calculator",
  info: (message) => isTuple(message, "add", 2) ? reply("bert", tuple(atom("sum"), message[1])) : unknown,
};
const protocols = () => [createNitro({ pages: { "app/index": index }, default: "app/index" }), calculator];

Deno.test("a device over TCP is greeted without a page, and hears from none", async () => {
  await using app = await startTcp({ protocols: protocols(), tcp: { port: 0 } });
  await using device = await app.connect();
  await device.send("N2O,");
  match(await device.hear(), /^\{io,<<>>,\{'Token',<<"[^"]+">>\}\}$/);
  strictEqual(await device.ask(t("add", 1)), "{sum,1}");
  strictEqual(await device.ask(t("client", 1)), "nothing");
  // Nor after a reload.
  app.n2o.replace(protocols(), { tell: tuple(atom("reload"), []) });
  strictEqual(await device.ask(t("add", 2)), "{sum,2}");
  strictEqual(await device.ask(t("client", 1)), "nothing");
});

Deno.test("a device over UDP hears from no page", async () => {
  await using app = await startTcp({ protocols: protocols(), tcp: { port: 0 } });
  const { hostname, port } = await app.n2o.listenUdp({ port: 0, hostname: "127.0.0.1" });
  using device = await UdpClient.open({ hostname, port });
  await device.send({ term: t("add", 1) });
  strictEqual(await device.hear(), "{sum,1}");
  await device.send({ term: t("client", 1) });
  strictEqual(await device.hear(), "");
});

each("a client of an address that is no page's hears from none", async (engine) => {
  await using app = engine.start({ protocols: protocols() });
  await using socket = await RawSocket.open(app, "/ws/api");
  await socket.send("text", "N2O,,operations");
  match(await hear(socket), /^\{io,<<>>,\{'Token',<<"[^"]+">>\}\}$/);
  await socket.send("binary", bert.encode(t("add", 1)));
  strictEqual(await hear(socket), "{sum,1}");
});

each("a browser at an address beside the pages' gets the default page", async (engine) => {
  await using app = engine.start({ protocols: protocols() });
  await using socket = await RawSocket.open(app, "/ws/app/anything");
  await socket.send("text", "N2O,,operations");
  match(await hear(socket), /^\{io,\[\{update,<<"a">>,<<"drawn">>\}\],\{'Token',/);
  await socket.send("binary", bert.encode(t("client", 1)));
  strictEqual(await hear(socket), '{io,<<>>,{error,"EV expected"}}');
});
