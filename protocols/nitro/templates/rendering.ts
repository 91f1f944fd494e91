/**
 * One rendering of a template: its variables, and what its limits are counted by.
 *
 * @module
 */
import { NitroError } from "../error.ts";
import { escapeHtml } from "./escape.ts";
import { Context, type Liquid, LiquidError, RenderError, type Template, toValueSync } from "./liquid.ts";
import { property, textOf } from "./values.ts";
import { type Drawing, Element, Raw } from "../parts.ts";

/** What bounds a rendering. */
export interface RenderLimits {
  /** How deep templates may include and extend each other. @default 20 */
  readonly maxDepth: number;
  /** How often the bodies of its loops may run in all. @default 100_000 */
  readonly maxLoops: number;
  /** How long its HTML may be, in characters. @default 4_194_304 */
  readonly maxOutput: number;
}

/** What the blocks of a page are: the bodies under a block's name, the furthest child's first. */
export type Blocks = Map<string, Template[][]>;

/** HTML that grows up to a limit. */
export class Output {
  /** The HTML so far. */
  buffer = "";
  #left: { characters: number };

  /** Begins an empty one; those of one rendering share what is left. */
  constructor(left: { characters: number }) {
    this.#left = left;
  }

  /** Adds to it. */
  write(html: unknown): void {
    const text = typeof html === "string" ? html : textOf(html);
    this.#left.characters -= text.length;
    if (this.#left.characters < 0) throw new NitroError("template_error", "its HTML becomes too long");
    this.buffer += text;
  }
}

/** What all contexts of one rendering share. */
export class Rendering {
  /** What it is drawn into. */
  readonly out: Drawing;
  /** Its limits. */
  readonly limits: RenderLimits;
  /** The instant that {% now %} tells. */
  readonly began = new Date();
  /** Where the tags {% cycle %} are. */
  readonly cycles: Map<object, number> = new Map();
  /** The blocks of the page that is being rendered. */
  blocks: Blocks = new Map();
  /** Whether what is put out is escaped. */
  escapes = true;
  #depth = 0;
  #loops = 0;
  readonly #left: { characters: number };
  readonly #drawn: Map<Element, Raw> = new Map();

  /** Begins a rendering. */
  constructor(limits: RenderLimits, out: Drawing) {
    this.limits = limits;
    this.out = out;
    this.#left = { characters: limits.maxOutput };
  }

  /** Begins a text of this rendering. */
  output(): Output {
    return new Output(this.#left);
  }

  /** Renders a template's parts to text. */
  text(parts: Template[], context: Context): string {
    const output = this.output();
    this.write(parts, context, output);
    return output.buffer;
  }

  /** Renders a template's parts after what is there. */
  write(parts: readonly Template[], context: Context, output: Output): void {
    for (const part of parts) {
      try {
        toValueSync(part.render(context, output));
      } catch (error) {
        throw LiquidError.is(error) ? error : new RenderError(error as Error, part);
      }
    }
  }

  /** One template more inside the others. */
  enter(): void {
    if (++this.#depth > this.limits.maxDepth) {
      throw new NitroError(
        "template_error",
        `templates include and extend each other ${this.limits.maxDepth} deep at most`,
      );
    }
  }

  /** Out of it again. */
  leave(): void {
    this.#depth--;
  }

  /** One round more of a loop. */
  round(): void {
    if (++this.#loops > this.limits.maxLoops) {
      throw new NitroError("template_error", `its loops make more than ${this.limits.maxLoops} rounds`);
    }
  }

  /** An element's HTML. One that stands in several places wires its actions once. */
  draw(element: Element): Raw {
    const known = this.#drawn.get(element);
    if (known !== undefined) return known;
    const before = this.out.html;
    this.out.html = "";
    this.out.element(element);
    const drawn = new Raw(this.out.html);
    this.out.html = before;
    this.#drawn.set(element, drawn);
    return drawn;
  }

  /** A value as it is put out. */
  html(value: unknown): string {
    if (typeof value === "string") return this.escapes ? escapeHtml(value) : value;
    if (value instanceof Raw) return value.html;
    if (value instanceof Element) return this.draw(value).html;
    if (Array.isArray(value)) return value.map((one) => this.html(one)).join("");
    const text = textOf(value);
    return this.escapes ? escapeHtml(text) : text;
  }
}

/** The variables of a template, in scopes. */
export class TemplateContext extends Context {
  /** What all contexts of the rendering share. */
  readonly rendering: Rendering;

  /** Begins with these variables. */
  constructor(liquid: Liquid, variables: object, rendering: Rendering) {
    super(variables, liquid.options, { sync: true }, { liquid });
    this.rendering = rendering;
  }

  /** Looks into a value: see {@linkcode property}. */
  override readProperty(holder: object, key: unknown): unknown {
    if (holder instanceof Overridden) return key === "super" ? holder.html() : undefined;
    return typeof key === "string" || typeof key === "number" ? property(holder, key) : undefined;
  }

  /** Renders with further variables. */
  within(variables: object, work: () => void): void {
    this.push(Object.assign(Object.create(null), variables));
    work();
    this.pop();
  }
}

/** The variable `block` in a block: its `super` is what the block has in the template that this one extends. */
export class Overridden {
  /** Renders it. */
  readonly html: () => Raw;

  /** Knows how it is rendered. */
  constructor(html: () => Raw) {
    this.html = html;
  }
}
