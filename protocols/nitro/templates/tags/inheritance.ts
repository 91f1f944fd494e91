/**
 * {% extends %}, {% block %} and {% include %}: templates that are made of others.
 *
 * @module
 */
import { NitroError } from "../../error.ts";
import { type Expression, expression } from "../expression.ts";
import {
  type Liquid,
  type Parser,
  Tag,
  type TagToken,
  type Template,
  type TopLevelToken,
} from "../liquid.ts";
import { type Output, Overridden, TemplateContext } from "../rendering.ts";
import { textOf } from "../values.ts";
import { assignment, isName, words } from "../words.ts";
import { bodyUntil } from "./bodies.ts";
import { Raw } from "../../parts.ts";

/** A template that was read. */
export interface Compiled {
  /** What it renders, when it extends none. */
  parts: Template[];
  /** The bodies of its blocks. */
  readonly blocks: Map<string, Template[]>;
  /** The name of the one that it extends. */
  parent: Expression | undefined;
}

/** Where the tags find other templates, and the one that is being read. */
export interface Library {
  /** The one that is being read. */
  compiling: Compiled;
  /** Another one, by its name. */
  load(name: string): Compiled;
}

/** Renders a template with those that it extends. */
export function renderCompiled(
  compiled: Compiled,
  library: Library,
  context: TemplateContext,
  output: Output,
): void {
  const { rendering } = context;
  const outer = rendering.blocks;
  rendering.blocks = new Map();
  let current = compiled;
  let depth = 0;
  for (;; depth++) {
    rendering.enter();
    for (const [name, parts] of current.blocks) {
      const bodies = rendering.blocks.get(name);
      if (bodies === undefined) rendering.blocks.set(name, [parts]);
      else bodies.push(parts);
    }
    if (current.parent === undefined) break;
    // it is rendered like a tag, so that an error in it has a place
    rendering.text(current.parts, context);
    current = library.load(textOf(current.parent(context)));
  }
  rendering.write(current.parts, context, output);
  for (; depth >= 0; depth--) rendering.leave();
  rendering.blocks = outer;
}

/** {% extends "base.html" %}: what its template has are blocks for another one. */
export function extendsTag(library: Library): typeof Tag {
  return class ExtendsTag extends Tag {
    readonly parent: Expression;

    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
      super(token, rest, liquid);
      const { compiling } = library;
      if (compiling.parent !== undefined) throw new Error("a template extends one other");
      if (token.input.slice(0, token.begin).trim() !== "") {
        throw new Error("{% extends %} stands first in its template");
      }
      const [name, more] = words(token.args);
      if (name === undefined || more !== undefined) throw new Error("{% extends %} names one template");
      this.parent = expression(name, liquid);
      compiling.parent = this.parent;
      while (rest.length > 0) parser.parseToken(rest.shift()!, rest);
    }

    /** Finds out whether there is such a template. */
    render(context: TemplateContext): void {
      library.load(textOf(this.parent(context)));
    }
  } as unknown as typeof Tag;
}

/** {% block name %} … {% endblock %}; `block.super` in it is what it has in the template that this one extends. */
export function blockTag(library: Library): typeof Tag {
  return class BlockTag extends Tag {
    readonly block: string;

    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid, parser: Parser) {
      super(token, rest, liquid);
      const { blocks } = library.compiling;
      const [name, more] = words(token.args);
      if (name === undefined || more !== undefined || !isName(name)) {
        throw new Error("{% block %} has one name");
      }
      if (blocks.has(name)) throw new Error(`there are two blocks ${name} in this template`);
      this.block = name;
      const parts: Template[] = [];
      blocks.set(name, parts);
      const body = bodyUntil(["endblock"], token, rest, parser, liquid);
      parts.push(...body.parts);
      const closed = body.end.args.trim();
      if (closed !== "" && closed !== name) {
        throw new Error(`{% endblock ${closed} %} ends the block ${name}`);
      }
    }

    render(context: TemplateContext, output: Output): void {
      const { rendering } = context;
      const bodies = rendering.blocks.get(this.block)!;
      const at = (level: number, work: (parts: Template[]) => void) => {
        const block = new Overridden(() => {
          let html = "";
          if (level + 1 < bodies.length) at(level + 1, (parts) => html = rendering.text(parts, context));
          return new Raw(html);
        });
        context.within({ block }, () => work(bodies[level]));
      };
      at(0, (parts) => rendering.write(parts, context, output));
    }
  } as unknown as typeof Tag;
}

/** {% include "row.html" with name=value only %} */
export function includeTag(library: Library): typeof Tag {
  return class IncludeTag extends Tag {
    readonly file: Expression;
    readonly given: [string, Expression][] = [];
    readonly only: boolean;

    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
      super(token, rest, liquid);
      const [file, ...more] = words(token.args);
      if (file === undefined) throw new Error("{% include %} names a template");
      this.file = expression(file, liquid);
      this.only = more[more.length - 1] === "only";
      if (this.only) more.pop();
      if (more.length > 0 && more.shift() !== "with") {
        throw new Error("{% include %} is written {% include name with a=b only %}");
      }
      for (const word of more) {
        const pair = assignment(word);
        if (pair === undefined) throw new Error(`{% include %}: ${word} is not written name=value`);
        this.given.push([pair[0], expression(pair[1], liquid)]);
      }
    }

    render(context: TemplateContext, output: Output): void {
      const compiled = library.load(textOf(this.file(context)));
      const given = Object.fromEntries(this.given.map(([name, value]) => [name, value(context)]));
      if (this.only) {
        renderCompiled(compiled, library, new TemplateContext(this.liquid, given, context.rendering), output);
      } else context.within(given, () => renderCompiled(compiled, library, context, output));
    }
  } as unknown as typeof Tag;
}

/** The error for a template that is not there. */
export function templateMissing(name: string, where: string): NitroError {
  return new NitroError("template_missing", `there is no template ${JSON.stringify(name)} ${where}`, name);
}
