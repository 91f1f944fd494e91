/**
 * Which certificate a server shows.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";

/** Connects, and gives the index of the certificate that was shown. */
export async function shown(port: number, certs: readonly string[]): Promise<number> {
  const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ca: [...certs] });
  try {
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    return certs.findIndex((cert) => new X509Certificate(cert).fingerprint256 === fingerprint256);
  } finally {
    socket.destroy();
  }
}
