/**
 * Modules of a given size, to be loaded again and again.
 *
 * @module
 */

/** A protocol as people write it: a comment here and there, a dozen functions. */
export function protocolOf(version: number, size: number, typed: boolean): string {
  const [message, text] = typed ? [": unknown", ": string"] : ["", ""];
  let source = `/** A protocol, as it is the ${version}th time it is saved. */
export const version = ${version};

const greetings = new Map([["en", "Hello"], ["fr", "Salut"], ["de", "Hallo"]]);

export default {
  name: "greet",
  info(message${message}) {
    return typeof message === "string" ? greet(message, "en") : undefined;
  },
};

function greet(name${text}, language${text}) {
  return \`\${greetings.get(language) ?? "Hello"}, \${name}!\`;
}
`;
  for (let n = 0; source.length < size - 300; n++) {
    source += `
/**
 * Looks for what has come in since the last time, and puts it in order: newer before older, and what was read already at the end,
 * where nobody has to see it who does not want to.
 */
export function ordered${n}(items${typed ? ": { at: number; read: boolean }[]" : ""}, since${
      typed ? ": number" : ""
    }) {
  const fresh = items.filter((item) => item.at >= since + ${n});
  const read = fresh.filter((item) => item.read);
  const unread = fresh.filter((item) => !item.read);
  return [...unread.sort((a, b) => b.at - a.at), ...read.sort((a, b) => b.at - a.at)];
}
`;
  }
  return source.padEnd(size, "\n");
}

/** A module that is nothing but small functions: what costs most. */
export function pageOf(version: number, size: number, typed: boolean): string {
  let source = `export const version = ${version};\n`;
  for (let n = 0; source.length < size - 100; n++) {
    source += `export function f${n}(x${typed ? ": number" : ""}) { return x + ${n}; }\n`;
  }
  return source.padEnd(size, "\n");
}
