/**
 * What a guide shows of a command's output, against what the command says.
 *
 * Sizes and times, such as `21.4 KB` and `7 ms`, may be others. `…` stands for anything within a line, and alone on a line for any lines. A name of the table below, in capitals, stands for
 * what differs each time; where it comes twice in one block it is the same both times.
 *
 * @module
 */

const NAMES: Readonly<Record<string, string>> = {
  TOKEN: "[0-9A-Za-z._~-]{20,}",
  SID: "[0-9a-f]{20}",
  PID: "\\d+",
  MS: "\\d+(?:\\.\\d+)?",
  BYTES: "\\d+",
  TIME: "\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z",
  DIGITS: "[0-9a-f]{16}",
};

const TOKENS = new RegExp(
  `…|(?<![\\w.])\\d+(?:\\.\\d+)?(?= (?:B|KB|MB|ms|files)\\b)|\\b(?:${Object.keys(NAMES).join("|")})\\b`,
  "g",
);

/** Whether an output is as a guide shows it, but for spaces at the ends of lines. */
export function matches(shown: string, output: string): boolean {
  return pattern(shown).test(`${trimmed(output)}\n`);
}

/** Whether an output begins as a guide shows it: that of a server, which has not ended. */
export function beginsLike(shown: string, output: string): boolean {
  return pattern(shown, false).test(`${trimmed(output)}\n`);
}

/** Whether an output has, somewhere, lines as a guide shows them. */
export function contains(shown: string, output: string): boolean {
  return output.split("\n").some((_, from, lines) => beginsLike(shown, lines.slice(from).join("\n")));
}

function pattern(shown: string, whole = true): RegExp {
  const seen = new Set<string>();
  const lines = trimmed(shown).split("\n").map((line) => {
    if (line.trim() === "…") return "(?:.*\\n)*?";
    let made = "";
    let from = 0;
    for (const { 0: token, index } of line.matchAll(TOKENS)) {
      made += RegExp.escape(line.slice(from, index));
      from = index + token.length;
      if (token === "…") made += ".*";
      else if (/^\d/.test(token)) made += "\\d+(?:\\.\\d+)?";
      else if (seen.has(token)) made += `\\k<${token}>`;
      else made += `(?<${token}>${NAMES[token]})`;
      if (/^[A-Z]/.test(token)) seen.add(token);
    }
    return `${made}${RegExp.escape(line.slice(from))}\\n`;
  });
  return new RegExp(`^${lines.join("")}${whole ? "$" : ""}`);
}

function trimmed(text: string): string {
  return text.split("\n").map((line) => line.trimEnd()).join("\n").replace(/\n+$/, "");
}
