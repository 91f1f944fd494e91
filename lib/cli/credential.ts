/**
 * The keys as a credential of a service: systemd's `LoadCredential=n2o-secret:FILE` and the like.
 *
 * @module
 */
import { join, resolve, sep } from "node:path";
import { exists } from "./exists.ts";
import { serviceVariable } from "./notify/environment.ts";

/** The credential's name. */
export const CREDENTIAL = "n2o-secret";

/** The file of the credential; `undefined` where the service has none of that name. */
export function credentialPath(): string | undefined {
  const folder = serviceVariable("CREDENTIALS_DIRECTORY");
  if (folder === undefined) return undefined;
  const path = join(folder, CREDENTIAL);
  return exists(path) ? path : undefined;
}

/** Whether a file is among the credentials of this service or another, which only the service manager makes. */
export function isCredential(path: string): boolean {
  const folder = serviceVariable("CREDENTIALS_DIRECTORY");
  return [folder, "/run/credentials"].some((root) =>
    root !== undefined && resolve(path).startsWith(resolve(root) + sep)
  );
}
