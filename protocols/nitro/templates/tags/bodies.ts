/**
 * What stands between a tag and the one that ends it.
 *
 * @module
 */
import {
  type Liquid,
  type Parser,
  type TagToken,
  type Template,
  type TopLevelToken,
  TypeGuards,
} from "../liquid.ts";
import type { Reader } from "../reader.ts";

/** The tags of which one ended a body, and the body. */
export interface Body {
  /** What is to be rendered. */
  readonly parts: Template[];
  /** The tag that ended it. */
  readonly end: TagToken;
}

/** Reads up to one of these tags. Throws when none comes. */
export function bodyUntil(
  names: readonly string[],
  begin: TagToken,
  rest: TopLevelToken[],
  parser: Parser,
  liquid: Liquid,
): Body {
  const parts: Template[] = [];
  return (liquid as Reader).inside(() => {
    for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
      if (TypeGuards.isTagToken(token) && names.includes(token.name)) return { parts, end: token };
      parts.push(parser.parseToken(token, rest));
    }
    throw new Error(`{% ${begin.name} %} is not closed by {% ${names[names.length - 1]} %}`);
  });
}
