/**
 * {% for %}.
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
} from "../liquid.ts";
import type { Output, TemplateContext } from "../rendering.ts";
import { listOf, property } from "../values.ts";
import { bodyUntil } from "./bodies.ts";

const HEAD = /^([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s+in\s+(.+?)(\s+reversed)?$/s;

/** The variable `forloop`: where a loop is. */
interface ForLoop {
  counter: number;
  counter0: number;
  revcounter: number;
  revcounter0: number;
  first: boolean;
  last: boolean;
  readonly parentloop: unknown;
}

/** {% for x in list reversed %} … {% empty %} … {% endfor %}, and {% for key, value in map.items %} */
export class ForTag extends Tag {
  /** The variables that each round sets. */
  readonly names: string[];
  /** What it goes through. */
  readonly all: Expression;
  /** Whether from the end. */
  readonly reversed: boolean;
  /** A round's body. */
  readonly parts: Template[];
  /** What stands there when there is nothing to go through. */
  readonly empty: Template[];

  /** Reads it. */
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, rest, liquid);
    const head = HEAD.exec(token.args.trim());
    if (head === null) throw new Error("{% for %} is written {% for name in list %}");
    this.names = head[1].split(",").map((name) => name.trim());
    this.all = expression(head[2], liquid);
    this.reversed = head[3] !== undefined;
    const body = bodyUntil(["empty", "endfor"], token, rest, parser, liquid);
    this.parts = body.parts;
    this.empty = body.end.name === "empty" ? bodyUntil(["endfor"], token, rest, parser, liquid).parts : [];
  }

  /** Renders each round. */
  render(context: TemplateContext, output: Output): void {
    const { rendering } = context;
    const list = listOf(this.all(context));
    if (list.length === 0) return rendering.write(this.empty, context, output);
    const loop: ForLoop = {
      counter: 0,
      counter0: 0,
      revcounter: 0,
      revcounter0: 0,
      first: true,
      last: false,
      parentloop: context.getSync(["forloop"]),
    };
    const scope: Record<string, unknown> = Object.create(null);
    scope.forloop = loop;
    context.push(scope);
    const length = list.length;
    for (let i = 0; i < length; i++) {
      rendering.round();
      loop.counter0 = i;
      loop.counter = i + 1;
      loop.revcounter = length - i;
      loop.revcounter0 = length - i - 1;
      loop.first = i === 0;
      loop.last = i === length - 1;
      this.#name(scope, list[this.reversed ? length - 1 - i : i]);
      rendering.write(this.parts, context, output);
    }
    context.pop();
  }

  #name(scope: Record<string, unknown>, value: unknown): void {
    if (this.names.length === 1) scope[this.names[0]] = value;
    else this.names.forEach((name, at) => scope[name] = property(value, at));
  }
}
