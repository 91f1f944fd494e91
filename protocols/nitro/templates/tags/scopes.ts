/**
 * Tags that change what is in their body: {% with %}, {% autoescape %}, {% filter %}, {% spaceless %}, {% comment %}.
 *
 * @module
 */
import { type Expression, expression } from "../expression.ts";
import {
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
  TypeGuards,
} from "../liquid.ts";
import type { Output, TemplateContext } from "../rendering.ts";
import { assignment, isName, words } from "../words.ts";
import { bodyUntil } from "./bodies.ts";
import { Raw } from "../../parts.ts";

/** A tag with a body that ends at `end` and its name. */
abstract class Enclosing extends Tag {
  readonly parts: Template[];

  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid);
    this.parts = bodyUntil([`end${token.name}`], token, rest, parser, liquid).parts;
  }
}

/** {% with name=value %} … {% endwith %}, or {% with value as name %} */
export class WithTag extends Enclosing {
  /** The variables of its body. */
  readonly given: [string, Expression][];

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid, parser);
    const all = words(token.args);
    const pairs = all.length === 3 && all[1] === "as" && isName(all[2])
      ? [[all[2], all[0]] as [string, string]]
      : all.map(assignment);
    if (pairs.length === 0 || pairs.includes(undefined)) {
      throw new Error("{% with %} is written {% with name=value %}");
    }
    this.given = pairs.map((pair) => [pair![0], expression(pair![1], liquid)]);
  }

  /** Renders its body with the variables. */
  render(context: TemplateContext, output: Output): void {
    const given = Object.fromEntries(this.given.map(([name, value]) => [name, value(context)]));
    context.within(given, () => context.rendering.write(this.parts, context, output));
  }
}

/** {% autoescape off %} … {% endautoescape %} */
export class AutoescapeTag extends Enclosing {
  /** Whether its body is escaped. */
  readonly escapes: boolean;

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid, parser);
    const way = token.args.trim();
    if (way !== "on" && way !== "off") throw new Error("{% autoescape %} is on or off");
    this.escapes = way === "on";
  }

  /** Renders its body so. */
  render(context: TemplateContext, output: Output): void {
    const { rendering } = context;
    const before = rendering.escapes;
    rendering.escapes = this.escapes;
    rendering.write(this.parts, context, output);
    rendering.escapes = before;
  }
}

/** {% filter upper|cut:" " %} … {% endfilter %} */
export class FilterTag extends Enclosing {
  /** The body's text through the filters. */
  readonly filtered: Expression;

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid, parser);
    this.filtered = expression(`filtered|${token.args}`, liquid);
  }

  /** Renders its body through the filters; what is in it has been escaped. */
  render(context: TemplateContext, output: Output): void {
    const filtered = new Raw(context.rendering.text(this.parts, context));
    context.within({ filtered }, () => {
      const value = this.filtered(context);
      output.write(value instanceof Raw ? value.html : value);
    });
  }
}

/** {% spaceless %} … {% endspaceless %}: no white space between tags. */
export class SpacelessTag extends Enclosing {
  /** Renders its body so. */
  render(context: TemplateContext, output: Output): void {
    output.write(context.rendering.text(this.parts, context).trim().replace(/>\s+</g, "><"));
  }
}

/** {% comment %} … {% endcomment %}: nothing. */
export class CommentTag extends Tag {
  /** Passes over it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      if (TypeGuards.isTagToken(next) && next.name === "endcomment") return;
    }
    throw new Error("{% comment %} is not closed by {% endcomment %}");
  }

  /** Renders nothing. */
  render(): void {}
}

/** What stands between {% verbatim %} and {% endverbatim %}, as it is. */
export class VerbatimTag extends Tag {
  /** The text. */
  readonly text: string;

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    let text = "";
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      if (TypeGuards.isTagToken(next) && next.name === "endraw") {
        this.text = text;
        return;
      }
      text += next.getText();
    }
    throw new Error("{% verbatim %} is not closed by {% endverbatim %}");
  }

  /** Puts it out. */
  render(_context: TemplateContext, output: Output): void {
    output.write(this.text);
  }
}
