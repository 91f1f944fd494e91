/**
 * Pictures, sound, films and documents of others.
 *
 * @example
 * ```ts
 * import { figcaption, figure, image, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(figure({ body: [image({ src: "/a.png", alt: "A" }), figcaption({ body: "a" })] }));
 * if (html !== '<figure><img alt="A" src="/a.png"/><figcaption>a</figcaption></figure>') throw new Error(html);
 * ```
 *
 * @module
 */
import type { BodyFields, Fields, Flag, Value } from "../fields.ts";
import { drawChoice, drawClass, drawData, drawFlag, drawStyle, drawUrl, isNone } from "./attributes.ts";
import { drawGlobal, drawId, drawRest } from "./global.ts";
import { element } from "./own.ts";
import type { Drawing, ElementFunction } from "../parts.ts";

/** Fields of {@linkcode image}. */
export interface ImageFields extends Fields {
  /** What stands for it where it is not seen. */
  readonly alt?: Value;
  /** Its height, in pixels. */
  readonly height?: Value;
  /** Whether the server is told where it was clicked. */
  readonly ismap?: Flag;
  /** Its address. */
  readonly src?: Value;
  /** The `map` that says what its parts lead to: `#name`. */
  readonly usemap?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
  /** Its address, by the original's other name for `src`. */
  readonly image?: Value;
}

/**
 * A picture: `img`.
 *
 * @example
 * ```ts
 * import { image, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(image({ src: "/cat.jpg", alt: "A cat", width: 64, height: 64 }), { mode: "operations" });
 * if (html !== '<img alt="A cat" width="64" height="64" src="/cat.jpg"/>') throw new Error(html);
 * ```
 */
export const image: ElementFunction<ImageFields> = element<ImageFields>("image", (fields, out) => {
  out.html += "<img";
  drawId(fields.id, out);
  drawClass(fields.class, out);
  out.attribute("title", fields.title);
  drawStyle(fields.style, out);
  out.attribute("alt", fields.alt);
  out.attribute("width", fields.width);
  out.attribute("height", fields.height);
  drawUrl("src", isNone(fields.src) ? fields.image : fields.src, "image", out);
  drawFlag("ismap", fields.ismap, out);
  out.attribute("usemap", fields.usemap);
  drawRest("image", fields, out, false);
  out.html += "/>";
});

/** Fields of {@linkcode map}. */
export interface MapFields extends BodyFields {
  /** The name by which pictures refer to it. */
  readonly name?: Value;
}

/**
 * What the parts of a picture lead to.
 *
 * @example
 * ```ts
 * import { area, map, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(map({ name: "plan", body: area({ shape: "default", href: "/map", alt: "Elsewhere" }) }), {
 *   mode: "operations",
 * });
 * if (html !== '<map name="plan"><area alt="Elsewhere" href="/map" shape="default"/></map>') throw new Error(html);
 * ```
 */
export const map: ElementFunction<MapFields> = element<MapFields>("map", (fields, out) => {
  out.html += "<map";
  drawGlobal(fields, out);
  out.attribute("name", fields.name);
  drawData("map", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</map>";
});

/** Fields of {@linkcode area}. */
export interface AreaFields extends Fields {
  /** What stands for it where it is not seen. */
  readonly alt?: Value;
  /** Where it is in the picture. */
  readonly coords?: Value;
  /** Where it leads to. */
  readonly href?: Value;
  /** The language there. */
  readonly hreflang?: Value;
  /** The media that it is for. */
  readonly media?: Value;
  /** Where it opens. */
  readonly target?: Value;
  /** What it is to this document. */
  readonly rel?: Value;
  /** Its shape. */
  readonly shape?: "rect" | "circle" | "poly" | "default";
  /** The type of what is there. */
  readonly type?: Value;
}

const SHAPES = ["rect", "circle", "poly", "default"];

/**
 * A part of a picture that leads somewhere.
 *
 * @example
 * ```ts
 * import { area, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(area({ shape: "circle", coords: "10,10,5", href: "/map/1", alt: "Here" }), {
 *   mode: "operations",
 * });
 * if (html !== '<area alt="Here" coords="10,10,5" href="/map/1" shape="circle"/>') throw new Error(html);
 * ```
 */
export const area: ElementFunction<AreaFields> = element<AreaFields>("area", (fields, out) => {
  out.html += "<area";
  drawGlobal(fields, out);
  out.attribute("alt", fields.alt);
  out.attribute("coords", fields.coords);
  drawUrl("href", fields.href, "link", out);
  out.attribute("hreflang", fields.hreflang);
  out.attribute("media", fields.media);
  out.attribute("rel", fields.rel);
  drawChoice("shape", fields.shape, SHAPES, out);
  out.attribute("target", fields.target);
  out.attribute("type", fields.type);
  drawData("area", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode audio}. */
export interface AudioFields extends BodyFields {
  /** Whether it plays by itself. */
  readonly autoplay?: Flag;
  /** Whether it can be played, halted and so on. */
  readonly controls?: Flag;
  /** Whether it begins again at its end. */
  readonly loop?: Flag;
  /** A name that several have in common to play together; browsers no longer know it. */
  readonly mediagroup?: Value;
  /** Whether it is silent. */
  readonly muted?: Flag;
  /** How much is loaded before it plays. */
  readonly preload?: "auto" | "none" | "metadata";
  /** Its address. */
  readonly src?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
}

/** Fields of {@linkcode video}. */
export interface VideoFields extends AudioFields {
  /** Its height, in pixels. */
  readonly height?: Value;
  /** The address of a picture that is seen before it plays. */
  readonly poster?: Value;
}

const PRELOADS = ["auto", "none", "metadata"];

/**
 * Sound.
 *
 * @example
 * ```ts
 * import { audio, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(audio({ src: "/song.ogg", controls: true, preload: "none" }), { mode: "operations" });
 * if (html !== '<audio controls="controls" preload="none" src="/song.ogg"></audio>') throw new Error(html);
 * ```
 */
export const audio: ElementFunction<AudioFields> = element<AudioFields>("audio", (fields, out) => {
  drawMedia("audio", fields, out);
});
/**
 * A film.
 *
 * @example
 * ```ts
 * import { render, source, video } from "@n2o/n2o/nitro";
 *
 * const { html } = render(video({ poster: "/film.jpg", controls: true, body: source({ src: "/film.webm" }) }), {
 *   mode: "operations",
 * });
 * if (html !== '<video controls="controls" poster="/film.jpg"><source src="/film.webm"/></video>') {
 *   throw new Error(html);
 * }
 * ```
 */
export const video: ElementFunction<VideoFields> = element<VideoFields>("video", (fields, out) => {
  drawMedia("video", fields, out);
});

function drawMedia(name: string, fields: VideoFields, out: Drawing): void {
  out.html += `<${name}`;
  drawGlobal(fields, out);
  drawFlag("autoplay", fields.autoplay, out);
  drawFlag("controls", fields.controls, out);
  if (name === "video") out.attribute("height", fields.height);
  drawFlag("loop", fields.loop, out);
  out.attribute("mediagroup", fields.mediagroup);
  drawFlag("muted", fields.muted, out);
  if (name === "video") drawUrl("poster", fields.poster, "image", out);
  drawChoice("preload", fields.preload, PRELOADS, out);
  drawUrl("src", fields.src, "source", out);
  out.attribute("width", fields.width);
  drawData(name, fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += `</${name}>`;
}

/** Fields of {@linkcode source}. */
export interface SourceFields extends Fields {
  /** The media that it is for. */
  readonly media?: Value;
  /** Its address. */
  readonly src?: Value;
  /** Its type. */
  readonly type?: Value;
}

/**
 * One of several files with the same sound or film.
 *
 * @example
 * ```ts
 * import { render, source } from "@n2o/n2o/nitro";
 *
 * const { html } = render(source({ src: "/song.mp3", type: "audio/mpeg" }), { mode: "operations" });
 * if (html !== '<source type="audio/mpeg" src="/song.mp3"/>') throw new Error(html);
 * ```
 */
export const source: ElementFunction<SourceFields> = element<SourceFields>("source", (fields, out) => {
  out.html += "<source";
  drawGlobal(fields, out);
  out.attribute("media", fields.media);
  out.attribute("type", fields.type);
  drawUrl("src", fields.src, "source", out);
  drawData("source", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode track}. */
export interface TrackFields extends Fields {
  /** Whether it is the one that is taken. */
  readonly default?: Flag;
  /** What it is. */
  readonly kind?: "captions" | "chapters" | "descriptions" | "metadata" | "subtitles";
  /** Its title. */
  readonly label?: Value;
  /** Its address. */
  readonly src?: Value;
  /** Its language. */
  readonly srclang?: Value;
}

const KINDS = ["captions", "chapters", "descriptions", "metadata", "subtitles"];

/**
 * Text that runs along with sound or a film.
 *
 * @example
 * ```ts
 * import { render, track } from "@n2o/n2o/nitro";
 *
 * const { html } = render(track({ src: "/film.vtt", kind: "subtitles", srclang: "en", label: "English" }), {
 *   mode: "operations",
 * });
 * if (html !== '<track kind="subtitles" label="English" src="/film.vtt" srclang="en"/>') throw new Error(html);
 * ```
 */
export const track: ElementFunction<TrackFields> = element<TrackFields>("track", (fields, out) => {
  out.html += "<track";
  drawGlobal(fields, out);
  drawFlag("default", fields.default, out);
  drawChoice("kind", fields.kind, KINDS, out);
  out.attribute("label", fields.label);
  drawUrl("src", fields.src, "source", out);
  out.attribute("srclang", fields.srclang);
  drawData("track", fields, out);
  out.html += "/>";
});

/** Fields of {@linkcode canvas}. */
export interface CanvasFields extends BodyFields {
  /** Its height, in pixels. */
  readonly height?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
}

/**
 * What scripts draw on.
 *
 * @example
 * ```ts
 * import { canvas, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(canvas({ id: "chart", width: 300, height: 150, body: "A chart" }), { mode: "operations" });
 * if (html !== '<canvas id="chart" height="150" width="300">A chart</canvas>') throw new Error(html);
 * ```
 */
export const canvas: ElementFunction<CanvasFields> = element<CanvasFields>("canvas", (fields, out) => {
  out.html += "<canvas";
  drawGlobal(fields, out);
  out.attribute("height", fields.height);
  out.attribute("width", fields.width);
  drawData("canvas", fields, out);
  out.html += ">";
  out.body(fields.body);
  out.html += "</canvas>";
});
