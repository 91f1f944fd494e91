/**
 * The grammar of the `Forwarded` header (RFC 7239, section 4).
 *
 * @module
 */

/** Longer headers are not read; a hop takes about 60 bytes. */
const maxHeaderBytes = 4096;

/**
 * Reads a `Forwarded` header, several of them joined by commas, in one pass.
 *
 * @returns For each hop its parameters by lower-case name, quotes removed; `undefined` when the header is malformed,
 * names a parameter twice for one hop, or is longer than 4096 bytes. A single bad character spoils all of it: with an open quote
 * a client could swallow what the proxies behind it add.
 */
export function readForwarded(header: string): Map<string, string>[] | undefined {
  if (header.length > maxHeaderBytes) return undefined;
  const elements: Map<string, string>[] = [];
  let element = new Map<string, string>();
  let at = skipSpace(header, 0);
  while (at < header.length) {
    const separator = header[at];
    if (separator === "," || separator === ";") {
      if (separator === "," && element.size > 0) {
        elements.push(element);
        element = new Map();
      }
      at = skipSpace(header, at + 1);
      continue;
    }
    const nameEnd = skipToken(header, at);
    const name = header.slice(at, nameEnd).toLowerCase();
    if (name === "" || header[nameEnd] !== "=" || element.has(name)) return undefined;
    const value = readValue(header, nameEnd + 1);
    if (value === undefined) return undefined;
    element.set(name, value.text);
    at = skipSpace(header, value.end);
    if (at < header.length && header[at] !== "," && header[at] !== ";") return undefined;
  }
  if (element.size > 0) elements.push(element);
  return elements;
}

function readValue(header: string, start: number): { text: string; end: number } | undefined {
  if (header[start] !== '"') {
    const end = skipToken(header, start);
    return end === start ? undefined : { text: header.slice(start, end), end };
  }
  let text = "";
  for (let at = start + 1; at < header.length; at++) {
    if (header[at] === '"') return { text, end: at + 1 };
    if (header[at] === "\\") at++;
    text += header[at] ?? "";
  }
  return undefined;
}

function skipSpace(header: string, at: number): number {
  while (header[at] === " " || header[at] === "\t") at++;
  return at;
}

/** Beyond RFC 9110's token a bare address with a port or brackets passes: proxies are seen to leave the quotes out. */
function skipToken(header: string, at: number): number {
  while (at < header.length && /[!#$%&'*+.^_`|~0-9A-Za-z:[\]-]/.test(header[at])) at++;
  return at;
}
