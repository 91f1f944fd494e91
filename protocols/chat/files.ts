/**
 * Files that are sent to a room. A message whose whole text is the address of one is shown as the file.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Context } from "../../lib/context.ts";
import { staticFiles, type StaticHandler } from "../../lib/endpoints/static.ts";
import type { Protocol } from "../../lib/protocol.ts";
import { createFtp, type FtpFile, type FtpTransfer } from "../ftp/mod.ts";
import { Place } from "./pages/place.ts";

/** A file as a page shows it. */
export interface SentFile {
  /** Its address. */
  readonly url: string;
  /** Its name. */
  readonly name: string;
}

const PREFIX = "/app/files/";
const ADDRESS = /^\/app\/files\/[0-9a-f]{32}\/[^/?#\s]{1,1024}$/;
/** The largest file, in bytes. */
export const MAX_FILE_BYTES = 104_857_600;
const MAX_FOLDER_BYTES = 8_589_934_592;

/** Whoever opens a file gets it as a download, whatever it holds: nothing in it runs in the chat's name. */
const HEADERS = {
  "content-disposition": "attachment",
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
};

/** The file that a message's text is the address of. */
export function fileOf(text: string): SentFile | undefined {
  if (!ADDRESS.test(text)) return undefined;
  try {
    return { url: text, name: decodeURIComponent(text.slice(text.lastIndexOf("/") + 1)) };
  } catch {
    return undefined;
  }
}

/** Takes files of those who are in a room, and tells the room of them. */
export function receiveFiles(folder: string): Protocol {
  return createFtp({
    folder,
    place: (transfer, cx) => `${secretOf(transfer, cx)}/${transfer.name}`,
    allow: (_transfer, cx) => Place.of(cx) !== undefined,
    onDone,
    limits: { maxFileBytes: MAX_FILE_BYTES, maxFolderBytes: MAX_FOLDER_BYTES },
  });
}

/** Serves the files that have come. */
export function serveFiles(folder: string): StaticHandler {
  let files: StaticHandler | undefined;
  return async (request) => {
    if (!new URL(request.url).pathname.startsWith(PREFIX)) return undefined;
    try {
      files ??= staticFiles(folder, { prefix: PREFIX, headers: HEADERS, index: [], precompressed: false });
    } catch {
      // No file has come yet.
      return undefined;
    }
    return await files(request);
  };
}

/** Posts a file's address. Should the server stop just here, that is done again, and the same message is known by its id. */
async function onDone({ id, path }: FtpFile, cx: Context): Promise<void> {
  const place = Place.of(cx);
  if (place === undefined) return;
  const { rooms } = cx.n2o;
  const address = PREFIX + path.split("/").map(encodeURIComponent).join("/");
  rooms.post(place.room, place.user, createHash("sha256").update(`${id} ${path}`).digest("hex"), address);
  await rooms.decided(place.room.sequence);
}

/** Nobody guesses where a file lies who was not told; its sender's client, which asks again after a break, is given the same place. */
function secretOf({ id, name, size }: FtpTransfer, cx: Context): string {
  const seed = JSON.stringify([cx.session.id, id, name, size]);
  return createHash("sha256").update(seed).digest("hex").slice(0, 32);
}
