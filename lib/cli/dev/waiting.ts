/**
 * The page that stands where an application has none: yet, or while it cannot be loaded. As soon as there is one it is loaded.
 *
 * @module
 */

const HTML = `<!doctype html>
<html lang="en" data-n2o-dev="waiting"><head><meta charset="utf-8"><title>n2o dev</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"></head>
<body><p>Nothing is served at this address. When there is something, it will be shown here.</p></body></html>
`;

/** Answers a browser that asks for a document: 404, or 503 while something is wrong with the application. */
export function waitingPage(request: Request, isBroken: boolean): Response | undefined {
  const isAsked = request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
  if (!isAsked) return undefined;
  return new Response(HTML, {
    status: isBroken ? 503 : 404,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'self'; img-src data:",
      "x-content-type-options": "nosniff",
    },
  });
}
