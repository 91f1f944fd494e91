/**
 * What stands in a page for browsers to run or to style it by, and text that is put out as it is.
 *
 * @example
 * ```ts
 * import { render, script } from "@n2o/n2o/nitro";
 *
 * const { html } = render(script({ src: "/n2o/nitro.js", type: "module" }));
 * if (html !== '<script src="/n2o/nitro.js" type="module"></script>') throw new Error(html);
 * ```
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeStyleSheet } from "../escape/css.ts";
import { escapeAttribute } from "../escape/html.ts";
import type { BodyFields, Fields, Flag, Value } from "../fields.ts";
import { scriptInPage } from "../operations_output.ts";
import { drawData, drawFlag, drawUrl, isNone } from "./attributes.ts";
import { drawGlobal } from "./global.ts";
import { element } from "./own.ts";
import { type Body, Element, type ElementFunction, Raw } from "../parts.ts";

/** Fields of {@linkcode script}. */
export interface ScriptFields extends BodyFields {
  /** Whether it runs as soon as it is there. */
  readonly async?: Flag;
  /** Its encoding. */
  readonly charset?: Value;
  /** Whether it waits for the document. */
  readonly defer?: Flag;
  /** Its address. */
  readonly src?: Value;
  /** Its type: `module`. */
  readonly type?: Value;
  /** The program, when there is no `src`; not on pages in the mode `operations`. */
  readonly body?: Body;
}

/**
 * A script. What could end it in its own text is written so that it does not.
 *
 * @example
 * ```ts
 * import { render, script } from "@n2o/n2o/nitro";
 *
 * const { html } = render(script({ src: "/app/own.js", defer: true }), { mode: "operations" });
 * if (html !== '<script defer="defer" src="/app/own.js"></script>') throw new Error(html);
 * ```
 */
export const script: ElementFunction<ScriptFields> = element<ScriptFields>("script", (fields, out) => {
  const external = !isNone(fields.src);
  const program = external ? "" : sourceText("script", fields.body);
  if (program !== "" && out.host.mode === "operations") throw scriptInPage("script", "body");
  out.html += "<script";
  drawGlobal(fields, out);
  drawFlag("async", fields.async, out);
  out.attribute("charset", fields.charset);
  drawFlag("defer", fields.defer, out);
  drawUrl("src", fields.src, "source", out);
  out.attribute("type", fields.type);
  drawData("script", fields, out);
  out.html += `>${escapeProgram(program)}</script>`;
});

/** Fields of {@linkcode style}. */
export interface StyleFields extends Omit<BodyFields, "style"> {
  /** The media that it is for. */
  readonly media?: Value;
  /** Whether it is for its parent only, for the original's client; browsers no longer know it. */
  readonly scoped?: Flag;
  /** Its type, for the original's client. */
  readonly type?: Value;
  /** The style of the element itself, of which nothing is seen. */
  readonly style?: Fields["style"];
  /** The style sheet; on pages in the mode `operations` the client applies it. */
  readonly body?: Body;
}

/**
 * A style sheet. What could end it in its own text is written so that it does not.
 *
 * A strict policy allows no `style` element, not even an empty one: on pages in the mode `operations` a `template`, of which nothing is
 * seen, stands in its place, and the client applies what it names for as long as it is there.
 *
 * @example
 * ```ts
 * import { render, style } from "@n2o/n2o/nitro";
 *
 * const { html } = render(style({ media: "print", body: "nav { display: none }" }), { mode: "operations" });
 * if (html !== '<template media="print" data-n2o-css="nav { display: none }"></template>') throw new Error(html);
 * ```
 */
export const style: ElementFunction<StyleFields> = element<StyleFields>("style", (fields, out) => {
  const sheet = escapeStyleSheet(sourceText("style", fields.body));
  const inPlace = out.host.mode === "script";
  out.html += inPlace ? "<style" : "<template";
  drawGlobal(fields, out);
  out.attribute("media", fields.media);
  if (inPlace) {
    drawFlag("scoped", fields.scoped, out);
    out.attribute("type", fields.type);
  }
  drawData("style", fields, out);
  if (inPlace) out.html += `>${sheet}</style>`;
  else out.html += ` data-n2o-css="${escapeAttribute(sheet)}"></template>`;
});

/** Fields of {@linkcode literal}. */
export interface LiteralFields {
  /** The text. */
  readonly body?: Body;
  /** Whether it is escaped; without, it is put out as {@linkcode raw} is. @default true */
  readonly htmlEncode?: boolean | Value;
  /** Whether it is drawn at all. @default true */
  readonly showIf?: boolean;
}

/**
 * Text without a tag around it.
 *
 * @example
 * ```ts
 * import { literal, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(literal({ body: "<b>as it is</b>", htmlEncode: false }), { mode: "operations" });
 * if (html !== "<b>as it is</b>") throw new Error(html);
 * ```
 */
export const literal: ElementFunction<LiteralFields> = element<LiteralFields & Fields>(
  "literal",
  (fields, out) => {
    if (fields.htmlEncode === false) out.body(new Raw(sourceText("literal", fields.body)));
    else out.body(fields.body);
  },
);

/** The text of a script or of a style sheet, which no element can stand in. */
function sourceText(name: string, body: Body): string {
  if (body === undefined || body === null || typeof body === "boolean") return "";
  if (body instanceof Raw) return body.html;
  if (body instanceof Element) throw new NitroError("bad_field", `${name}: its body is text`, body.kind.name);
  if (Array.isArray(body)) return body.map((one) => sourceText(name, one)).join("");
  return plainText(body);
}

/** In strings, where it stands as a rule, this changes nothing of what the program does. */
function escapeProgram(program: string): string {
  return program.replace(/<\/(?=script)/gi, "<\\/").replace(/<!(?=--)/g, "<\\!").replaceAll("\0", "\ufffd");
}
