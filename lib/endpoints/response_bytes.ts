/**
 * Short answers as they stand on the wire, on connections that end with them.
 *
 * @module
 */

const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  408: "Request Timeout",
  414: "URI Too Long",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

/** The head of an answer with a body of so many bytes. */
export function responseHead(response: Response, bodyBytes: number): string {
  const { status, headers } = response;
  let head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Error"}\r\n`;
  const upgrade = headers.get("upgrade") !== null;
  for (const [name, value] of headers) if (name !== "connection") head += `${name}: ${value}\r\n`;
  return `${head}connection: ${upgrade ? "upgrade, close" : "close"}\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
}

/** The bytes of an answer. */
export async function responseBytes(response: Response): Promise<Uint8Array> {
  const body = await response.bytes();
  const head = new TextEncoder().encode(responseHead(response, body.length));
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
