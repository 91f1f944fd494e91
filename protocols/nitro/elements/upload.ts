/**
 * The element that sends files.
 *
 * @example
 * ```ts
 * import { render } from "@n2o/n2o/nitro";
 * import { upload } from "./upload.ts";
 *
 * const { html, operations } = render(upload({ id: "photos", accept: "image/*", maxBytes: 5_000_000 }), { mode: "operations" });
 * if (!html.includes('<input type="file"') || operations.length !== 1) throw new Error(html);
 * ```
 *
 * @module
 */
import type { Term } from "../../../lib/term.ts";
import { control } from "../controls/control.ts";
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import { escapeAttribute } from "../escape/html.ts";
import { escapeScript } from "../escape/javascript.ts";
import type { Fields, Flag, Value } from "../fields.ts";
import { classText, drawStyle, isNone, isSet } from "./attributes.ts";
import { drawRest } from "./global.ts";
import { element, idOf } from "./own.ts";
import { sizeText, type UploadTexts, uploadTexts } from "./upload_texts.ts";
import { declareAction, type Drawing, type ElementFunction } from "../parts.ts";

/** Fields of {@linkcode upload}. All but `id` and `showIf` are for pages in the mode `operations`: the original's client knows one file. */
export interface UploadFields extends Fields {
  /** The element's id; in the mode `script`, where the element's is always `upload`, that of its input. @default "upload" */
  readonly id?: Value;
  /** Whether several files can be chosen; without, each takes the place of the one before. @default true */
  readonly multiple?: Flag;
  /** The types of files, as HTML has them: `image/*, .pdf`. The file protocol's own rules are told by its errors. @default all */
  readonly accept?: Value;
  /** The largest file, in bytes. @default unlimited */
  readonly maxBytes?: number;
  /** How many files the list may have. @default unlimited */
  readonly maxFiles?: number;
  /** How many files are sent at a time, 4 at most. @default 3 */
  readonly parallel?: number;
  /** Whether files are sent as soon as they are chosen; without, each has a button that starts it. @default true */
  readonly auto?: Flag;
  /** Text that goes along with each file, as `Meta` of the messages that the session's topic gets, so that a page tells its uploads apart. */
  readonly meta?: Value;
  /** What it says, in the page's language; those that are left out are English. */
  readonly texts?: Partial<UploadTexts>;
  /** The input's name; nothing is sent with a form. */
  readonly name?: Value;
  /** Has no meaning for files. */
  readonly value?: Value;
}

/**
 * Sends files to the server's file protocol, `createFtp`: chosen or dropped, several at once, with progress, pause and cancel; what a lost
 * connection, a reload or a restart of the server has broken off goes on where it was. As a source, its value is the list of the files
 * that are complete, `{Id, Name}` each.
 *
 * It takes its looks from `/n2o/upload.css`, or from your own style sheet for its classes `n2o-upload` and `n2o-upload-…`.
 *
 * @example
 * ```ts
 * import { render, upload } from "@n2o/n2o/nitro";
 *
 * const { html } = render(upload({ id: "files", accept: "image/*", maxBytes: 10_000_000 }), { mode: "operations" });
 * if (!html.startsWith('<div id="files" class="n2o-upload" data-n2o-control="upload">')) throw new Error(html);
 * ```
 */
export const upload: ElementFunction<UploadFields> = element<UploadFields>("upload", (fields, out) => {
  if (out.host.mode === "script") drawForScript(fields, out);
  else drawForOperations(fields, out);
});

/** More would have more blocks on their way than the file protocol lets a connection have. */
const MAX_PARALLEL = 4;

const ftpScript = declareAction<{ id: string }>("upload", ({ id }, out) => {
  const own = escapeScript(id);
  const on = (target: string, type: string, script: string): string =>
    `{var x=qi('${target}'); x && x.addEventListener('${type}',function(event){${script}});}`;
  out.js += `ftp_file=undefined;${on("ftp_open", "click", `qi('${own}').click(); event.preventDefault();`)}${
    on("ftp_start", "click", "ftp.start(ftp_file);")
  }${on("ftp_stop", "click", "ftp.stop(ftp_file);")}${
    on(own, "change", "ftp_file=ftp.init(this.files[0]);")
  }`;
}, () => {});

function drawForScript(fields: UploadFields, out: Drawing): void {
  const id = idOf(fields.id, out);
  out.html += '<span id="upload"><input';
  out.id(id);
  out.html += ' style="display:none" type="file" multiple="false"/><span id="ftp_status"></span><span>' +
    '<button id="ftp_open" type="button">Browse</button><button id="ftp_start" type="button">Upload</button>' +
    '<button id="ftp_stop" type="button">Stop</button></span></span>';
  out.wire(ftpScript({ id }));
}

function drawForOperations(fields: UploadFields, out: Drawing): void {
  const { multiple = true, auto = true, maxBytes, maxFiles, parallel } = fields;
  const id = isNone(fields.id) ? "upload" : plainText(fields.id);
  const accept = isNone(fields.accept) ? "" : plainText(fields.accept);
  const many = isSet("multiple", multiple) && maxFiles !== 1;
  const texts = uploadTexts(fields.texts);
  const options: Record<string, Term> = { ...texts.shown };
  const limit = (code: string, value?: string | number): void => {
    if (value) options[code] += ` (${texts.atMost.replace("{limit}", String(value))})`;
  };
  if (!many) options.maxFiles = 1;
  for (const [name, value] of Object.entries({ maxBytes, maxFiles: many ? maxFiles : undefined, parallel })) {
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || value < 1 || name === "parallel" && value > MAX_PARALLEL) {
      throw new NitroError("bad_field", `upload: ${name} is a whole number from 1`, value);
    }
    options[name] = value;
  }
  limit("file_too_big", maxBytes && sizeText(maxBytes));
  limit("too_many_files", maxFiles);
  if (accept !== "") options.pattern = patternOf(accept);
  if (!isSet("auto", auto)) options.auto = false;
  if (!isNone(fields.meta)) options.meta = plainText(fields.meta);

  out.html += "<div";
  out.id(id);
  const own = isNone(fields.class) ? "" : ` ${classText(fields.class)}`;
  out.html += ` class="n2o-upload${escapeAttribute(own)}" data-n2o-control="upload"`;
  if (fields.style !== undefined) drawStyle(fields.style, out);
  drawRest("upload", fields, out);
  out.html += '><label class="n2o-upload-drop"><input type="file"';
  out.attribute("name", fields.name);
  if (accept !== "") out.attribute("accept", accept);
  if (many) out.html += " multiple";
  out.html += '><span class="n2o-upload-prompt">';
  out.body(many ? texts.prompt : texts.promptOne);
  out.html += '</span></label><ul class="n2o-upload-list"></ul>' + ROW;
  out.wire(control({ target: id, name: "upload", options }));
}

/** One file of the list, which the client copies and fills. */
const ROW = '<template><li class="n2o-upload-file"><span class="n2o-upload-name"></span>' +
  '<span class="n2o-upload-size"></span><progress class="n2o-upload-bar" max="100" value="0"></progress>' +
  '<span class="n2o-upload-percent"></span><span class="n2o-upload-state" role="status"></span>' +
  '<span class="n2o-upload-error" role="alert"></span><span class="n2o-upload-buttons">' +
  '<button type="button" class="n2o-upload-toggle"></button>' +
  '<button type="button" class="n2o-upload-cancel"></button></span></li></template></div>';

/** The regular expression that a file's type and name, with a blank between, match when an input's `accept` takes the file. */
function patternOf(accept: string): string {
  return accept.split(",").map((one) => one.trim()).filter(Boolean).map((one) => {
    const escaped = one.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    if (one.startsWith(".")) return `${escaped}$`;
    return one.endsWith("/*") ? `^${escaped.slice(0, -2)}` : `^${escaped} `;
  }).join("|");
}
