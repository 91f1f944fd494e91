/**
 * Short answers as they stand on the wire, on connections that end with them.
 *
 * @module
 */
import { REASONS } from "./response_writer.ts";

/** The head of an answer with a body of so many bytes. */
export function responseHead(response: Response, bodyBytes: number): string {
  const { status, headers } = response;
  let head = `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n`;
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
