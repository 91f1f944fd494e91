/**
 * How code is told apart for colours: one expression a language, whose named groups are the kinds.
 *
 * It is no parser: what it takes wrongly has a wrong colour, and nothing else.
 *
 * @module
 */

const STRING = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
const NUMBER = String.raw`\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)n?\b`;

function language(kinds: Readonly<Record<string, string>>, flags = ""): RegExp {
  const groups = Object.entries(kinds).map(([kind, pattern]) => `(?<${kind}>${pattern})`);
  return new RegExp(groups.join("|"), `g${flags}`);
}

const script = language({
  comment: String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`,
  string: STRING + String.raw`|${"`"}(?:[^${"`"}\\]|\\[\s\S])*${"`"}`,
  keyword: String
    .raw`\b(?:as|async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false|finally|for|from|function|if|implements|import|in|instanceof|interface|let|new|null|of|return|satisfies|static|switch|this|throw|true|try|type|typeof|undefined|using|var|void|while|yield)\b`,
  number: NUMBER,
  name: String.raw`\b[A-Z]\w*\b`,
  call: String.raw`\b[a-z_$][\w$]*(?=\()`,
});

const erlang = language({
  comment: "%[^\\n]*",
  string: STRING + '|<<"[^"\\n]*">>',
  keyword: String
    .raw`\b(?:after|begin|case|catch|end|fun|if|of|receive|try|when)\b|^-(?:module|export|include|include_lib|record|behaviour|define|compile)\b`,
  number: NUMBER,
  name: String.raw`\b[A-Z_]\w*\b`,
  call: String.raw`\b[a-z]\w*(?=\()`,
}, "m");

const markup = language({
  comment: "<!--[\\s\\S]*?-->",
  keyword: String.raw`<\/?[a-z][\w:-]*|\/?>`,
  string: STRING,
  name: String.raw`\b[a-z][\w:-]*(?==)`,
}, "i");

const shell = language({
  comment: "(?<=^|\\s)#[^\\n]*",
  string: STRING,
  keyword: String.raw`^\$ |\b(?:if|then|else|fi|for|do|done|while|case|esac|export)\b`,
  name: String.raw`(?<=\s)--?[a-z][\w-]*`,
  number: String.raw`\$\w+|\$\{[^}]*\}`,
}, "m");

const json = language({
  comment: String.raw`\/\/[^\n]*`,
  name: String.raw`"(?:[^"\\\n]|\\.)*"(?=\s*:)`,
  string: String.raw`"(?:[^"\\\n]|\\.)*"`,
  keyword: "\\b(?:true|false|null)\\b",
  number: "-?" + NUMBER,
});

const settings = language({
  comment: "(?<=^|\\s)[#;][^\\n]*",
  keyword: String
    .raw`^\[[^\]\n]*\]|^(?:FROM|RUN|COPY|ADD|WORKDIR|USER|EXPOSE|ENV|ARG|ENTRYPOINT|CMD|VOLUME|HEALTHCHECK)\b`,
  name: String.raw`^[ \t-]*[\w.-]+(?=\s*[:=])`,
  string: STRING,
  number: NUMBER,
}, "m");

const style = language({
  comment: String.raw`\/\*[\s\S]*?\*\/`,
  string: STRING,
  keyword: String.raw`@[\w-]+|![\w-]+`,
  name: String.raw`[\w-]+(?=\s*:\s)`,
  number: String.raw`#[\da-f]{3,8}\b|-?\b\d[\d.]*(?:%|[a-z]+)?`,
}, "i");

/** The languages by the names that stand behind the fence. */
export const languages: ReadonlyMap<string, RegExp> = new Map([
  ...["ts", "tsx", "js", "jsx", "typescript", "javascript"].map((name) => [name, script] as const),
  ...["erlang", "erl"].map((name) => [name, erlang] as const),
  ...["html", "xml", "svg"].map((name) => [name, markup] as const),
  ...["sh", "bash", "shell", "console"].map((name) => [name, shell] as const),
  ...["json", "jsonc"].map((name) => [name, json] as const),
  ...["ini", "toml", "yaml", "yml", "dockerfile"].map((name) => [name, settings] as const),
  ["css", style],
]);
