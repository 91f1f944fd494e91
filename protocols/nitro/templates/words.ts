/**
 * What stands in a tag, word by word.
 *
 * @module
 */
const WORD = /(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'])+/g;

/** The words of a tag: what is between white space, but for that in quotes. */
export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** Splits `name=expression`; `undefined` when a word is none. */
export function assignment(word: string): [name: string, expression: string] | undefined {
  const match = /^([A-Za-z_]\w*)=(.+)$/s.exec(word);
  return match === null ? undefined : [match[1], match[2]];
}

/** Whether a word can be a variable's name. */
export function isName(word: string): boolean {
  return /^[A-Za-z_]\w*$/.test(word);
}
