/**
 * The addresses of the chat's pages.
 *
 * @module
 */
import { isPlainName } from "../../../lib/plain_name.ts";
import type { Nitro } from "../../nitro/mod.ts";

/** The room of a page whose address names none, and whose visitor was in none. */
export const START_ROOM = "lobby";

/** The chat in a room. */
export function chatLink(room: string): string {
  return `/app/index.htm?${new URLSearchParams({ room })}`;
}

/** The login, with the room to go on to and why the visitor was sent there. */
export function loginLink(room?: string, why?: string): string {
  const query = new URLSearchParams({
    ...(room && room !== START_ROOM ? { room } : {}),
    ...(why ? { why } : {}),
  });
  return query.size === 0 ? "/app/login.htm" : `/app/login.htm?${query}`;
}

/** The room that a page's address asks for. */
export function roomOf(nitro: Nitro): string {
  return nitro.qc("room") || START_ROOM;
}

/** Whether a room can have that name. */
export function isRoomName(name: string): boolean {
  return isPlainName(name, 255);
}
