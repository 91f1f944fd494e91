/** Bodies of a length that was said: they are read where they come, and the connection goes on behind them. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { type FileHandler, heart, type Limits, session } from "@n2o/n2o";
import { each, type Engine, type Running } from "./engines.ts";
import { keepLog } from "./log.ts";
import { RawSocket, type WireResponse } from "./raw_socket.ts";

const MIB = 1_048_576;

/** What the handlers have seen of the bodies that did not come whole. */
const seen: string[] = [];

const bodies: FileHandler = async (request) => {
  const { method, headers } = request;
  const { pathname } = new URL(request.url);
  switch (pathname) {
    case "/text":
      return new Response(`${method} ${await request.text()}`);
    case "/count":
      return new Response(`${method} ${headers.get("content-length")} ${(await request.bytes()).length}`);
    case "/none":
      return new Response(`${method} ${(await request.bytes()).length === 0 ? "none" : "some"}`);
    case "/early":
      return new Response("not wanted", { status: 403 });
    case "/echo":
      return new Response(request.body);
    case "/part": {
      const reader = request.body!.getReader();
      const { value } = await reader.read();
      await reader.cancel();
      return new Response(`${value!.length > 0}`);
    }
    case "/has":
      return new Response(`${request.body !== null} ${headers.get("cookie")}`);
    case "/pieces": {
      let held = 0;
      for await (const { length, buffer } of request.body!) {
        held += buffer.byteLength;
        seen.push(`${length}`);
      }
      return new Response(`${held}`);
    }
    case "/own": {
      const reader = request.body!.getReader({ mode: "byob" });
      let own = new Uint8Array(1000);
      let length = 0;
      for (;;) {
        const { done, value } = await reader.read(own);
        if (done) return new Response(`${length}`);
        length += value.length;
        own = new Uint8Array(value.buffer);
      }
    }
    case "/fate": {
      const aborted = new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      const fate = await request.bytes().then(() => "whole", () => "broken");
      seen.push(fate);
      if (fate === "whole") await aborted.then(() => seen.push("aborted"));
      return new Response(fate);
    }
  }
  return undefined;
};

function start(engine: Engine, limits: Partial<Limits> = {}): Running {
  seen.length = 0;
  return engine.start({ protocols: [heart, session], log: keepLog().log, files: [bodies], limits });
}

function ask(method: string, path: string, body = "", ...headers: string[]): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return lines.join("\r\n") + `\r\n\r\n${body}`;
}

function said({ body }: Pick<WireResponse, "body">): string {
  return new TextDecoder().decode(body);
}

each(
  "bodies of all methods reach the handler, and requests follow each other on one connection",
  async (engine) => {
    await using running = start(engine);
    await using socket = await RawSocket.connect(running);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      strictEqual(said(await socket.request(ask(method, "/text", "a body"))), `${method} a body`);
      strictEqual(said(await socket.request(ask(method, "/none"))), `${method} none`);
    }
    strictEqual(said(await socket.request("DELETE /none HTTP/1.1\r\nHost: a\r\n\r\n")), "DELETE none");
    strictEqual(said(await socket.request(ask("GET", "/none"))), "GET none");
  },
);

each(
  "requests with bodies that come at once are answered in their order, wherever their bytes are cut",
  async (engine) => {
    await using running = start(engine);
    const hidden = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n";
    const bytes = new TextEncoder().encode(
      ask("POST", "/text", hidden) + ask("GET", "/none") + ask("PUT", "/text", "x") +
        ask("POST", "/ws/", "PING"),
    );
    const answers = [`POST ${hidden}`, "GET none", "PUT x", "PONG"];
    for (let cut = 0; cut < bytes.length; cut += 3) {
      await using socket = await RawSocket.connect(running);
      await socket.write(bytes.subarray(0, cut));
      await socket.write(bytes.subarray(cut));
      for (const answer of answers) strictEqual(said(await socket.response()), answer, `cut at ${cut}`);
    }
    await using socket = await RawSocket.connect(running);
    for (let i = 0; i < bytes.length; i++) await socket.write(bytes.subarray(i, i + 1));
    for (const answer of answers) strictEqual(said(await socket.response()), answer);
  },
);

each("a large body is read as it comes, and its connection goes on", async (engine) => {
  await using running = start(engine);
  await using socket = await RawSocket.connect(running);
  for (const size of [1, 16_384, 16_385, 65_536, 100_000, 3 * MIB]) {
    strictEqual(said(await socket.request(ask("PUT", "/count", "x".repeat(size)))), `PUT ${size} ${size}`);
  }
});

each("a body that goes back as it comes is the same", async (engine) => {
  await using running = start(engine);
  const body = Uint8Array.from({ length: MIB }, (_, i) => i % 251);
  const response = await fetch(`http://127.0.0.1:${running.port}/echo`, { method: "POST", body });
  deepStrictEqual(await response.bytes(), body);
});

each("a client that asks whether its body is wanted is asked for it, or told why not", async (engine) => {
  await using running = start(engine);
  {
    await using socket = await RawSocket.connect(running);
    await socket.write(ask("POST", "/text", "", "Expect: 100-continue").replace(": 0", ": 4"));
    strictEqual((await socket.response()).head, "HTTP/1.1 100 Continue\r\n\r\n");
    await socket.write("body");
    strictEqual(said(await socket.response()), "POST body");
    // The other engine asks in any case.
    if (engine.name !== "stream") return;
    const eager = ask("POST", "/text", "body", "Expect: 100-continue");
    strictEqual(said(await socket.request(eager)), "POST body");
  }
  await using socket = await RawSocket.connect(running);
  await socket.write(ask("POST", "/early", "", "Expect: 100-continue").replace(": 0", ": 4"));
  strictEqual((await socket.response()).status, 403);
  strictEqual((await socket.ended()).how, "end");
});

each(
  "whoever is answered before all has been sent reads the answer, and what follows is no request",
  async (engine) => {
    await using running = start(engine);
    for (const path of ["/early", "/part"]) {
      await using socket = await RawSocket.connect(running);
      await socket.write(ask("POST", path, "").replace(": 0", `: ${64 * MIB}`));
      const sending = (async () => {
        for (let i = 0; i < 200; i++) await socket.write("GET /none HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100));
      })().catch(() => {});
      const { status } = await socket.response();
      strictEqual(status, path === "/early" ? 403 : 200);
      const { rest } = await socket.ended();
      ok(!new TextDecoder().decode(rest).includes("HTTP/1.1 200"));
      await sending;
    }
  },
  ["stream"],
);

each(
  "a client that goes within its body breaks it off, and one that goes behind it aborts the request",
  async (engine) => {
    await using running = start(engine);
    {
      await using socket = await RawSocket.connect(running);
      await socket.write(ask("POST", "/fate", "").replace(": 0", ": 10") + "half");
      socket.close();
      await running.until(() => seen.includes("broken"), "the body is broken off");
    }
    await using socket = await RawSocket.connect(running);
    await socket.write(ask("POST", "/fate", "whole"));
    await running.until(() => seen.includes("whole"), "the body is there");
    socket.close();
    await running.until(() => seen.includes("aborted"), "the request is aborted");
  },
);

each("a client that says nothing more within its body is gone after idleTimeoutMs", async (engine) => {
  await using running = start(engine, { idleTimeoutMs: 200, silenceTimeoutMs: 200 });
  await using socket = await RawSocket.connect(running);
  await socket.write(ask("POST", "/fate", "").replace(": 0", ": 10") + "half");
  await running.until(() => seen.includes("broken"), "the body is broken off");
}, ["stream"]);

each("what two servers could understand differently is refused", async (engine) => {
  await using running = start(engine);
  const texts = [
    ask("POST", "/text", "ab", "Content-Length: 1"),
    ask("POST", "/text", "ab").replace(": 2", ": 2, 1"),
    ask("POST", "/text", "ab").replace(": 2", ": +2"),
    ask("POST", "/text", "ab").replace(": 2", ": 0x2"),
    ask("POST", "/text", "ab").replace(": 2", ": -2"),
    ask("POST", "/text", "ab").replace(": 2", ": 99999999999999999999"),
    ask("POST", "/text", "", "Transfer-Encoding: chunked") + "2\r\nab\r\n0\r\n\r\n",
  ];
  for (const text of texts) {
    await using socket = await RawSocket.connect(running);
    const { status, head } = await socket.request(text);
    strictEqual(status, 400, text);
    match(head, /^HTTP\/1\.1 400/);
  }
});

each(
  "whoever may send a body has one, if an empty one, and cookies of several lines are one",
  async (engine) => {
    await using running = start(engine);
    await using socket = await RawSocket.connect(running);
    for (const method of ["POST", "DELETE", "OPTIONS"]) {
      strictEqual(said(await socket.request(`${method} /has HTTP/1.1\r\nHost: a\r\n\r\n`)), "true null");
      strictEqual(said(await socket.request(ask(method, "/has"))), "true null");
    }
    strictEqual(
      said(await socket.request(ask("GET", "/has", "", "Cookie: a=1", "Cookie: b=2"))),
      "false a=1; b=2",
    );
    strictEqual(said(await socket.request(ask("POST", "/has", "", "Cookie: a=1"))), "true a=1");
  },
);

each(
  "whoever keeps what came in small pieces keeps no more than that",
  async (engine) => {
    await using running = start(engine);
    await using socket = await RawSocket.connect(running);
    await socket.write(ask("POST", "/pieces", "").replace(": 0", ": 20"));
    for (let i = 1; i <= 20; i++) {
      await socket.write("x");
      await running.until(() => seen.length === i, "it has come");
    }
    strictEqual(said(await socket.response()), "20");
  },
  ["stream"],
);

each(
  "a body can be read into a buffer of one's own",
  async (engine) => {
    await using running = start(engine);
    await using socket = await RawSocket.connect(running);
    strictEqual(said(await socket.request(ask("POST", "/own", "x".repeat(4000)))), "4000");
    strictEqual(said(await socket.request(ask("POST", "/text", "next"))), "POST next");
  },
  ["stream"],
);

each(
  "a body is asked for as long as nothing of the answer has gone out, if the answer waits for it",
  async (engine) => {
    await using running = start(engine);
    await using socket = await RawSocket.connect(running);
    await socket.write(ask("POST", "/echo", "", "Expect: 100-continue").replace(": 0", ": 4"));
    strictEqual((await socket.response()).head, "HTTP/1.1 100 Continue\r\n\r\n");
    await socket.write("body");
    match(new TextDecoder().decode((await socket.ended()).rest), /^HTTP\/1\.1 200 OK\r\n[^]*body/);
  },
);
