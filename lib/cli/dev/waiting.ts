/**
 * The page that stands where an application that cannot be loaded has none.
 *
 * @module
 */

const HTML = `<!doctype html>
<html lang="en" data-n2o-dev="waiting"><head><meta charset="utf-8"><title>n2o dev</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"></head>
<body><p>Nothing is served at this address while the application cannot be loaded.</p></body></html>
`;

/** Answers a browser that asks for a document. */
export function waitingPage(request: Request): Response | undefined {
  const isAsked = request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
  if (!isAsked) return undefined;
  return new Response(HTML, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'self'; img-src data:",
      "x-content-type-options": "nosniff",
    },
  });
}
