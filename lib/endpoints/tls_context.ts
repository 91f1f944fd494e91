/**
 * The certificate and key of a server.
 *
 * @module
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { N2OError } from "../error.ts";
import type { Certificate } from "./listen.ts";

/** One certificate of a chain. The runtime finds none that does not begin its line. */
const BLOCK = /^-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gm;
/** The kinds of keys, and the curves, that the runtime shakes hands with; with another one it would listen, and fail with each client. */
const KINDS = new Set(["rsa", "ed25519"]);
const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);

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
    const [first] = chainOf(cert);
    const parsed = createPrivateKey(key);
    if (!first.checkPrivateKey(parsed)) {
      throw new N2OError("bad_tls", "the TLS key is not that of the certificate");
    }
    const kind = kindOf(parsed);
    if (!KINDS.has(kind) && !CURVES.has(kind)) {
      throw new N2OError("bad_tls", `TLS is not spoken with keys of the kind ${kind} here`, kind);
    }
    return createSecureContext({ cert, key });
  } catch (error) {
    if (error instanceof N2OError) throw error;
    throw new N2OError("bad_tls", `the TLS certificate or key cannot be used: ${(error as Error).message}`);
  }
}

/**
 * What sockets are made with after a certificate was replaced. One that no client would take is refused, since there is one in force.
 *
 * @throws {N2OError} `bad_tls`, `certificate_expired`, `certificate_not_yet_valid`.
 */
export function renewedContext({ cert, key }: Certificate): SecureContext {
  const context = tlsContext(cert, key);
  if (context === undefined) throw new N2OError("bad_tls", "TLS needs both a certificate and its key");
  for (const { validFrom, validTo } of chainOf(cert)) {
    if (Date.parse(validTo) <= Date.now()) {
      throw new N2OError("certificate_expired", `the TLS certificate has expired: ${validTo}`, validTo);
    }
    if (Date.parse(validFrom) > Date.now()) {
      const what = `the TLS certificate is not valid yet: from ${validFrom} on`;
      throw new N2OError("certificate_not_yet_valid", what, validFrom);
    }
  }
  return context;
}

/** The certificates of a chain, the server's own first. Throws where one is damaged, which the runtime would serve. */
export function chainOf(cert: string): [X509Certificate, ...X509Certificate[]] {
  const [first, ...others] = cert.match(BLOCK) ?? [""];
  return [new X509Certificate(first), ...others.map((block) => new X509Certificate(block))];
}

/** The kind of a key, or the curve of one that has one. */
function kindOf({ asymmetricKeyType: kind, asymmetricKeyDetails: details }: KeyObject): string {
  return details?.namedCurve ?? `${kind}`;
}
