/**
 * A page with uploads, in a process of its own that can be killed. Arguments: engine, port, folder of the data, options of the element as
 * JSON. Writes its port to stdout.
 *
 * @module
 */
import { createN2O, createSecret, heart, isTuple, kvStore, type Term, text } from "@n2o/n2o";
import { createNitro, li, type Page, panel, ul, update, upload, type UploadFields } from "@n2o/n2o/nitro";
import { createFtp } from "../../protocols/ftp/mod.ts";

const [engine, port, folder, json] = Deno.args;
const { bytesPerSecond, ...options } = JSON.parse(json) as UploadFields & { bytesPerSecond?: number };
const style = await Deno.readTextFile(new URL("../../lib/client/nitro/upload.css", import.meta.url));

const page: Page = {
  document: {
    title: "Uploads",
    styles: ["/app/upload.css", "/app/page.css"],
    icon: "/app/icon.svg",
    body: [panel({ id: "upload" }), ul({ id: "stored" })],
  },
  init(nitro) {
    nitro.cx.reg(nitro.session.id);
    nitro.update("upload", upload({ id: "upload", ...options }));
  },
  event(message, nitro) {
    const file = fileOf(message);
    if (file !== undefined) nitro.insertBottom("stored", li({ body: file }));
    // What a page does for other reasons must not take the files from the list.
    if (text(message) === "again") nitro.wire(update("upload", upload({ id: "upload", ...options })));
  },
  accepts: { direct: ["again"] },
};

/** The path of a file that is complete, as the session's topic is told. */
function fileOf(message: Term): string | undefined {
  if (!isTuple(message, "ftp", 11)) return undefined;
  const [path, status] = [text(message[3]), message[9]];
  return isTuple(status, "event", 2) && text(status[1]) === "stop" ? path : undefined;
}

const ftp = createFtp({
  folder: `${folder}/files`,
  extensions: ["bin", "txt"],
  limits: { maxBytesPerSecond: bytesPerSecond ?? Infinity },
});
const nitro = createNitro({ pages: { "app/page": page } });
const n2o = createN2O({
  protocols: [heart, nitro, ftp],
  store: await kvStore({ path: `${folder}/store` }),
  secret: createSecret({ driver: "n2o", key: "ThisIsClassified" }),
  files: [
    nitro.documents,
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/app/icon.svg") {
        return new Response('<svg xmlns="http://www.w3.org/2000/svg"/>', {
          headers: { "content-type": "image/svg+xml" },
        });
      }
      if (!/^\/app\/\w+\.css$/.test(pathname)) return undefined;
      const body = pathname.endsWith("/upload.css")
        ? style
        : "html { font: 16px/1.5 sans-serif } body { margin: 16px; max-width: 640px }";
      return new Response(body, { headers: { "content-type": "text/css" } });
    },
  ],
});
const listener = n2o.listen({ port: Number(port), engine: engine as "serve" | "stream" });
console.log(`port ${listener.port}`);
