/**
 * Headers that a user may add to static files.
 *
 * @module
 */
import { N2OError } from "../error.ts";
import type { Kind } from "./kinds.ts";

/** Headers by their lower-case names. */
export type HeaderValues = Readonly<Record<string, string>>;

/** Those the server itself decides about. */
const OWN = [
  "content-length",
  "content-type",
  "content-encoding",
  "content-range",
  "transfer-encoding",
  "connection",
];

/** Headers: an object of texts, `null` for one that is not wanted. */
export const headers: Kind<HeaderValues> = {
  allowed: 'an object such as { "referrer-policy": "no-referrer", "content-security-policy": null }',
  fromText: () => undefined,
  fromJson(given) {
    if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      if (value !== null && typeof value !== "string") return undefined;
      values[check(name, value ?? "")] = value ?? "";
    }
    return values;
  },
  // An empty text stands for none, so that it can win over a default.
  merge: (lower, higher) => {
    const all = Object.entries({ ...lower, ...higher });
    return Object.fromEntries(all.filter(([, value]) => value !== ""));
  },
};

function check(name: string, value: string): string {
  if (OWN.includes(name.toLowerCase())) {
    throw new N2OError("bad_header", `the header ${name} is the server's own`, name);
  }
  try {
    new Headers([[name, value]]);
  } catch {
    throw new N2OError(
      "bad_header",
      `${JSON.stringify(name)} with ${JSON.stringify(value)} is no header`,
      name,
    );
  }
  return name.toLowerCase();
}
