/**
 * {% if %}, {% ifequal %}, {% ifnotequal %}.
 *
 * @module
 */
import { condition } from "../expression.ts";
import {
  type Context,
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
} from "../liquid.ts";
import type { Output, TemplateContext } from "../rendering.ts";
import { words } from "../words.ts";
import { bodyUntil } from "./bodies.ts";

interface Branch {
  readonly holds: ((context: Context) => boolean) | undefined;
  readonly parts: Template[];
}

/** {% if a %} … {% elif b %} … {% else %} … {% endif %} */
export class IfTag extends Tag {
  /** The branches in order; the last one may have no condition. */
  readonly branches: Branch[] = [];

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid);
    let head = token;
    while (head.name !== "endif") {
      const parts = words(head.args);
      const last = head.name === "else";
      const holds = last ? undefined : condition(parts, liquid);
      if (last && parts.length > 0) throw new Error("{% else %} has no condition; {% elif %} has one");
      const body = bodyUntil(last ? ["endif"] : ["elif", "else", "endif"], token, rest, parser, liquid);
      this.branches.push({ holds, parts: body.parts });
      head = body.end;
    }
  }

  /** Renders the first branch whose condition holds. */
  render(context: TemplateContext, output: Output): void {
    const branch = this.branches.find(({ holds }) => holds === undefined || holds(context));
    if (branch !== undefined) context.rendering.write(branch.parts, context, output);
  }
}

/** {% ifequal a b %} … {% else %} … {% endifequal %}, and the same for `ifnotequal`. */
export class IfEqualTag extends Tag {
  /** Whether the first branch is it. */
  readonly holds: (context: Context) => boolean;
  /** What is rendered if so, and else. */
  readonly branches: [Template[], Template[]] = [[], []];

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid);
    const [left, right, more] = words(token.args);
    if (right === undefined || more !== undefined) throw new Error(`{% ${token.name} %} compares two values`);
    this.holds = condition([left, token.name === "ifequal" ? "==" : "!=", right], liquid);
    const end = `end${token.name}`;
    const first = bodyUntil(["else", end], token, rest, parser, liquid);
    this.branches[0] = first.parts;
    if (first.end.name === "else") this.branches[1] = bodyUntil([end], token, rest, parser, liquid).parts;
  }

  /** Renders one of both. */
  render(context: TemplateContext, output: Output): void {
    context.rendering.write(this.branches[this.holds(context) ? 0 : 1], context, output);
  }
}
