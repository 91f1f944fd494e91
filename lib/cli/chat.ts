/**
 * The chat as an application.
 *
 * @module
 */
import { type ChatOptions, createChat } from "../../protocols/chat/mod.ts";
import type { FileHandler } from "../endpoints/http.ts";
import type { Link } from "./protocols.ts";

/** The chat's chain and files. */
export interface ChatApplication {
  /** Its chain. */
  readonly links: readonly Link[];
  /** Its files, those from the program itself and those that visitors have sent. */
  readonly files: readonly FileHandler[];
}

/** The chat with its folder for files and its headers. */
export function chatApplication(options: ChatOptions): ChatApplication {
  const { protocols, files } = createChat(options);
  return { links: protocols.map((protocol) => ({ protocol, file: undefined })), files };
}
