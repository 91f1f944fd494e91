/**
 * Tags without a body: {% cycle %}, {% firstof %}, {% now %}.
 *
 * @module
 */
import { type Expression, expression } from "../expression.ts";
import { dateText } from "../filters/date_text.ts";
import { type Liquid, Tag, type TagToken, type TopLevelToken } from "../liquid.ts";
import type { Output, TemplateContext } from "../rendering.ts";
import { textOf, truthy } from "../values.ts";
import { words } from "../words.ts";

/** A tag of values. */
abstract class Values extends Tag {
  readonly values: Expression[];

  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    this.values = words(token.args).map((word) => expression(word, liquid));
    if (this.values.length === 0) throw new Error(`{% ${token.name} %} has no values`);
  }
}

/** {% cycle "odd" "even" %}: one after another. */
export class CycleTag extends Values {
  /** Puts out the one whose turn it is. */
  render(context: TemplateContext, output: Output): void {
    const { cycles } = context.rendering;
    const turn = cycles.get(this) ?? 0;
    cycles.set(this, (turn + 1) % this.values.length);
    output.write(context.rendering.html(this.values[turn](context)));
  }
}

/** {% firstof a b "none" %}: the first that is true. */
export class FirstOfTag extends Values {
  /** Puts it out. */
  render(context: TemplateContext, output: Output): void {
    for (const value of this.values) {
      const found = value(context);
      if (truthy(found)) return output.write(context.rendering.html(found));
    }
  }
}

/** {% now "Y-m-d" %} */
export function nowTag(timeZone: string): typeof Tag {
  return class NowTag extends Values {
    render(context: TemplateContext, output: Output): void {
      const { rendering } = context;
      output.write(rendering.html(dateText(rendering.began, textOf(this.values[0](context)), timeZone)));
    }
  } as unknown as typeof Tag;
}
