/**
 * Datagrams to a Unix socket, as a service manager takes them. Deno has these behind `--unstable-net`, and nothing else in it,
 * `node:` included, can send to such a socket.
 *
 * @module
 */
import { N2OError } from "../../error.ts";

/** What can be told to a service manager. */
export interface NotifySocket {
  /** Sends one message. */
  send(message: string): Promise<void>;
  /** Ends it. */
  close(): void;
}

interface UnixAddress {
  readonly transport: "unixpacket";
  readonly path: string;
}

interface DatagramSocket {
  send(bytes: Uint8Array, to: UnixAddress): Promise<number>;
  close(): void;
}

type Listen = (address: UnixAddress) => DatagramSocket;

/**
 * Opens a socket for messages to the one that is named as in `NOTIFY_SOCKET`: by a path, or by `@` and an abstract name.
 *
 * Throws `notify_unstable` where the runtime lacks the flag, `notify_address` for another kind of address, and what is missing as
 * a permission.
 */
export function openNotifySocket(address: string): NotifySocket {
  const { listenDatagram } = Deno as unknown as { listenDatagram?: Listen };
  if (listenDatagram === undefined) {
    throw new N2OError("notify_unstable", "run deno with --unstable-net", address);
  }
  if (!/^[/@]./.test(address)) {
    throw new N2OError("notify_address", "the address is neither a path nor @ and a name", address);
  }
  const abstract = address.startsWith("@");
  const to: UnixAddress = { transport: "unixpacket", path: abstract ? `\0${address.slice(1)}` : address };
  if (!abstract && Deno.permissions.querySync({ name: "write", path: address }).state !== "granted") {
    // Else the server would wait for an answer of somebody at its terminal.
    throw new Deno.errors.NotCapable(`Requires write access to "${address}"`);
  }
  // An own name in no folder: nothing is left behind, and no permission for files is needed.
  const socket = listenDatagram({ transport: "unixpacket", path: `\0n2o-notify-${crypto.randomUUID()}` });
  return {
    async send(message) {
      await socket.send(new TextEncoder().encode(message), to);
    },
    close: () => socket.close(),
  };
}
