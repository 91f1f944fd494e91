/**
 * The chat as an application.
 *
 * @module
 */
import { staticFiles, type StaticHandler } from "../endpoints/static.ts";
import chat from "../../protocols/chat/mod.ts";
import { assets } from "../../protocols/chat/assets.ts";
import type { Link } from "./protocols.ts";

/** The chat's chain. */
export const chatLinks: readonly Link[] = chat.map((protocol) => ({ protocol, file: undefined }));

/** The chat's pages, from the program itself. */
export function chatFiles(headers: Readonly<Record<string, string>>): StaticHandler {
  const files = [...assets].map(([path, { text, type }]) => [path.slice(1), { body: text, type }]);
  return staticFiles(Object.fromEntries(files), { headers });
}
