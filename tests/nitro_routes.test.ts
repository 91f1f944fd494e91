/**
 * The addresses of pages, over real sockets: where their documents are, and which page a connection is for.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { bert, isTuple, text } from "@n2o/n2o";
import { createNitro, p, type Page } from "@n2o/n2o/nitro";
import { each, type Running } from "./engines.ts";
import { RawSocket } from "./raw_socket.ts";

function page(name: string, withDocument = true): Page {
  return {
    name,
    document: withDocument ? { title: name, body: ({ route }) => p({ id: "at", body: route }) } : undefined,
    init: (nitro) => nitro.update("at", p({ id: "at", body: name })),
  };
}

/** The title and the route that the document at an address shows; the status where there is none. */
async function documentAt({ hostname, port }: Running, path: string): Promise<string> {
  const response = await fetch(`http://${hostname}:${port}${path}`);
  const html = await response.text();
  const [, title, route] = /<title>(.*?)<\/title>.*<p id="at">(.*?)<\/p>/.exec(html) ?? [];
  return response.ok ? `${title} ${route}` : String(response.status);
}

/** The page that a browser at an address is connected with. */
async function pageAt(app: Running, path: string): Promise<string> {
  await using socket = await RawSocket.open(app, `/ws${path}`);
  await socket.send("text", "N2O,,operations");
  const io = bert.decode((await socket.frame()).payload);
  const [update] = isTuple(io, "io", 3) && Array.isArray(io[1]) ? io[1] : [];
  return isTuple(update, "update", 3) ? /<p id="at">(.*)<\/p>/.exec(text(update[2])!)![1] : "none";
}

each("a page is at its route, with htm and html, and below it; the longest route counts", async (engine) => {
  const nitro = createNitro({
    pages: {
      "app/board": page("board"),
      "app/board/admin": page("admin"),
      "app/bare": page("bare", false),
    },
  });
  await using app = engine.start({ protocols: [nitro], files: [nitro.documents] });
  const places: Record<string, string> = {
    "/app/board": "board",
    "/app/board.htm": "board",
    "/app/board.html": "board",
    "/app/board/7": "board",
    "/app/board/7/edit": "board",
    "/app/board/": "board",
    "/app/board/admin": "admin",
    "/app/board/admin/users": "admin",
    "/app/board/admins": "board",
  };
  for (const [path, name] of Object.entries(places)) {
    strictEqual(await documentAt(app, path), `${name} ${path.slice(1)}`, path);
    strictEqual(await pageAt(app, path), name, path);
  }
  for (
    const path of [
      "/app/boards",
      "/app/board.txt",
      "/app/board/7.png",
      "/app",
      "/",
      "/app/bare",
      "/app/bare/7",
    ]
  ) {
    strictEqual(await documentAt(app, path), "404", path);
  }
  strictEqual(await documentAt(app, `/app/board${"/".repeat(4000)}x`), `board app/board${"/".repeat(4000)}x`);
});

each("a route has any letters, however a browser writes them", async (engine) => {
  const nitro = createNitro({
    pages: { "app/люди": page("people"), "app/a b": page("spaced"), "app/50%": page("half") },
  });
  await using app = engine.start({ protocols: [nitro], files: [nitro.documents] });
  const found = [];
  for (
    const path of [
      "/app/люди",
      "/app/%D0%BB%D1%8E%D0%B4%D0%B8.htm",
      "/app/a%20b",
      "/app/50%25",
      "/app/люди/7",
    ]
  ) {
    const { pathname } = new URL(path, "http://localhost");
    found.push([await documentAt(app, pathname), await pageAt(app, pathname)]);
  }
  deepStrictEqual(found, [
    ["people app/люди", "people"],
    ["people app/люди.htm", "people"],
    ["spaced app/a b", "spaced"],
    ["half app/50%", "half"],
    ["people app/люди/7", "people"],
  ]);
  for (const path of ["/app/%ff", "/app/%"]) {
    strictEqual(await documentAt(app, path), "404");
    strictEqual(await pageAt(app, path), "none");
  }
});
