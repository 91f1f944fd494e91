/**
 * Short answers of the HTTP endpoint.
 *
 * @module
 */

/** An answer that tells a client what is wrong: a status and a code, nothing else. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ error: code }) + "\n", {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
