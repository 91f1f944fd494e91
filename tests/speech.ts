/**
 * Terms over a raw socket, written and read as Erlang writes them.
 *
 * @module
 */
import { atom, bert, format, isTuple, type Term, text, type Tuple, tuple } from "@n2o/n2o";
import { closeOf, type RawSocket, type WireFrame } from "./raw_socket.ts";

/** A tuple with a name: `t("echo", 1)` is `{echo, 1}`. */
export function t(name: string, ...elements: Term[]): Tuple {
  return tuple(atom(name), ...elements);
}

/** Sends a term. */
export function say(socket: RawSocket, term: Term): Promise<void> {
  return socket.send("binary", bert.encode(term));
}

/** A frame as a test reads it: a term in Erlang's syntax, `nothing` for an empty binary, `text …`, `close CODE …`. */
export function read(frame: WireFrame): string {
  if (frame.op === "text") return `text ${new TextDecoder().decode(frame.payload)}`;
  if (frame.op === "close") {
    const { code, reason } = closeOf(frame);
    return `close ${code} ${reason}`.trimEnd();
  }
  if (frame.op !== "binary") return `${frame.op} ${frame.payload.toHex()}`;
  return frame.payload.length === 0 ? "nothing" : format(bert.decode(frame.payload), { utf8: true });
}

/** The next frame. */
export async function hear(socket: RawSocket): Promise<string> {
  return read(await socket.frame());
}

/** Sends a term and gives the next frame. */
export async function ask(socket: RawSocket, term: Term): Promise<string> {
  await say(socket, term);
  return await hear(socket);
}

/** The token of `{io, <<>>, {'Token', Token}}`. */
export function tokenOf(frame: WireFrame): string {
  const io = bert.decode(frame.payload);
  if (!isTuple(io, "io", 3) || !isTuple(io[2], "Token", 2)) throw new Error(`no token: ${format(io)}`);
  return text(io[2][1])!;
}

/** Says `N2O,` with a token, and gives the token to go on with. */
export async function hello(socket: RawSocket, token = ""): Promise<string> {
  await socket.send("text", `N2O,${token}`);
  return tokenOf(await socket.frame());
}
