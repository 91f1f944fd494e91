/**
 * A site of static files on a real server, for tests.
 *
 * @module
 */
import { staticFiles, type StaticOptions } from "../lib/endpoints/static.ts";

/** When the files were written, by default. */
export const longAgo = new Date("2024-05-06T07:08:09.123Z");

/** A site under test. */
export interface Site {
  /** Where it is served. */
  url: string;
  /** Where its files lie. */
  folder: string;
  /** Writes a file, by default one that is long settled. */
  write(path: string, content: string | Uint8Array, time?: Date): Promise<void>;
  /** Sends a request byte for byte. */
  raw(head: string): Promise<{ status: number; headers: Headers; body: string }>;
}

/** A real server over a new folder; everything is closed and removed at the end. */
export async function withSite(options: StaticOptions, test: (site: Site) => Promise<void>): Promise<void> {
  const outside = await Deno.realPath(await Deno.makeTempDir());
  const folder = `${outside}/site`;
  await Deno.mkdir(folder);
  await withServer(staticFiles(folder, options), async (url, raw) => {
    await test({
      url,
      folder,
      raw,
      async write(path, content, time = longAgo) {
        const full = `${folder}/${path}`;
        await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
        await Deno.writeFile(full, typeof content === "string" ? new TextEncoder().encode(content) : content);
        await Deno.utime(full, time, time);
      },
    });
  }).finally(() => Deno.remove(outside, { recursive: true }));
}

/** A real server with a handler of static files. */
export async function withServer(
  handler: (request: Request) => Promise<Response | undefined>,
  test: (url: string, raw: Site["raw"]) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({
    port: 0,
    hostname: "127.0.0.1",
    onListen() {},
    onError: () => new Response("failed", { status: 500 }),
  }, async (request) => await handler(request) ?? new Response("nothing here", { status: 404 }));
  const { port } = server.addr;
  try {
    await test(`http://127.0.0.1:${port}`, (head) => exchange(port, head));
  } finally {
    await server.shutdown();
  }
}

/** One request byte for byte, and all of its answer. */
async function exchange(port: number, head: string): ReturnType<Site["raw"]> {
  const connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const request = head.replace(/^(\S+ \S+)/, "$1 HTTP/1.1\r\nHost: localhost\r\nConnection: close");
  await connection.write(new TextEncoder().encode(`${request}\r\n\r\n`));
  const answer = await new Response(connection.readable).text();
  const end = answer.indexOf("\r\n\r\n");
  const [status, ...lines] = answer.slice(0, end).split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(/: ?/, 2) as [string, string]));
  return { status: Number(status.split(" ")[1]), headers, body: answer.slice(end + 4) };
}

/** A request by `fetch`, which normalises paths and unpacks nothing. */
export async function get(url: string, headers: Record<string, string> = {}, method = "GET") {
  const response = await fetch(url, { method, headers, redirect: "manual" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}
