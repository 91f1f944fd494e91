/**
 * Links.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { link, render } from "@n2o/n2o/nitro";
 *
 * const { html, actions } = render([link({ href: "/a?b=1&c=2", body: "a" }), link({ id: "b", body: "b", postback: atom("go") })]);
 * if (html !== '<a href="/a?b=1&amp;c=2">a</a><a id="b" href="javascript:void(0);">b</a>') throw new Error(html);
 * if (!actions.includes("addEventListener('click'")) throw new Error(actions);
 * ```
 *
 * @module
 */
import { event } from "../actions/event.ts";
import { plainText } from "../drawing.ts";
import type { BodyFields, PostbackFields, Value } from "../fields.ts";
import { scriptInPage } from "../operations_output.ts";
import { drawData, drawScript, drawUrl, isNone } from "./attributes.ts";
import { drawGlobal } from "./global.ts";
import { element, idOf, isPostback, sourcesOf } from "./own.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode link}. */
export interface LinkFields extends BodyFields, PostbackFields {
  /** Where it leads to. */
  readonly href?: Value;
  /** The language there. */
  readonly hreflang?: Value;
  /** The media that it is for. */
  readonly media?: Value;
  /** What it is to this document. */
  readonly rel?: Value;
  /** Where it opens. */
  readonly target?: Value;
  /** The type of what is there. */
  readonly type?: Value;
  /**
   * Where it leads to when there is no `href`; `null` for nowhere. Without both it is a link that does nothing by itself, and a button on
   * pages in the mode `operations`.
   */
  readonly url?: Value;
  /** That it is saved, and by which name. */
  readonly download?: Value;
  /** Its name. */
  readonly name?: Value;
  /** JavaScript that runs before the postback is sent; not on pages in the mode `operations`. */
  readonly validate?: Value;
  /** JavaScript for a click; not on pages in the mode `operations`. */
  readonly onclick?: Value;
  /** JavaScript for a pointer that comes over it; not on pages in the mode `operations`. */
  readonly onmouseover?: Value;
}

const IDLE = "javascript:void(0);";

/**
 * A link, or something that sends its postback when it is clicked.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { link, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(link({ id: "out", body: "Log out", postback: atom("logout") }), { mode: "operations" });
 * if (html !== '<button id="out" type="button">Log out</button>') throw new Error(html);
 * ```
 */
export const link: ElementFunction<LinkFields> = element<LinkFields>("link", (fields, out) => {
  const id = isPostback(fields) ? idOf(fields.id, out) : fields.id;
  if (isPostback(fields)) wire(fields, id as string, out);
  const idle = isNone(fields.href) && (fields.url === undefined || fields.url === IDLE);
  if (idle && out.host.mode === "operations") drawButton(fields, id, out);
  else drawLink(fields, id, idle, out);
});

function drawLink(fields: LinkFields, id: Value, idle: boolean, out: Drawing): void {
  out.html += "<a";
  drawGlobal(fields, out, id);
  if (idle) out.html += ` href="${IDLE}"`;
  else drawUrl("href", isNone(fields.href) ? fields.url : fields.href, "link", out);
  out.attribute("hreflang", fields.hreflang);
  out.attribute("target", fields.target);
  out.attribute("media", fields.media);
  out.attribute("rel", fields.rel);
  out.attribute("type", fields.type);
  out.attribute("download", fields.download);
  out.attribute("name", fields.name);
  drawScript("link", "onclick", fields.onclick, out);
  drawScript("link", "onmouseover", fields.onmouseover, out);
  drawData("link", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</a>";
}

function drawButton(fields: LinkFields, id: Value, out: Drawing): void {
  out.html += "<button";
  drawGlobal(fields, out, id);
  out.html += ' type="button"';
  out.attribute("name", fields.name);
  drawScript("link", "onclick", fields.onclick, out);
  drawScript("link", "onmouseover", fields.onmouseover, out);
  drawData("link", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</button>";
}

function wire({ postback, delegate, source, validate }: LinkFields, target: string, out: Drawing): void {
  if (!isNone(validate) && out.host.mode === "operations") throw scriptInPage("link", "validate");
  out.wire(event({
    target,
    type: "click",
    postback: postback!,
    source: sourcesOf(source),
    ...(isNone(delegate) ? {} : { delegate: delegate! }),
    ...(isNone(validate) ? {} : { validation: plainText(validate) }),
  }));
}
