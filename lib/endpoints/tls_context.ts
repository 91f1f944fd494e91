/**
 * The certificate and key of a server.
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { N2OError } from "../error.ts";

/**
 * What sockets with TLS are made with; `undefined` where neither certificate nor key is given.
 *
 * @throws {N2OError} `bad_tls` for one without the other, and for what cannot be used.
 */
export function tlsContext(cert: string | undefined, key: string | undefined): SecureContext | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new N2OError("bad_tls", "TLS needs both a certificate and its key");
  }
  try {
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      throw new N2OError("bad_tls", "the TLS key is not that of the certificate");
    }
    return createSecureContext({ cert, key });
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw new N2OError("bad_tls", `the TLS certificate or key cannot be used: ${(error as Error).message}`);
  }
}
