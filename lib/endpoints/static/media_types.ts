/**
 * Media types by file name.
 *
 * @module
 */

const types: ReadonlyMap<string, string> = new Map(Object.entries({
  avif: "image/avif",
  avi: "video/x-msvideo",
  bin: "application/octet-stream",
  bmp: "image/bmp",
  br: "application/octet-stream",
  css: "text/css",
  csv: "text/csv",
  epub: "application/epub+zip",
  flac: "audio/flac",
  gif: "image/gif",
  gz: "application/gzip",
  htm: "text/html",
  html: "text/html",
  ico: "image/x-icon",
  ics: "text/calendar",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  jsonl: "application/jsonl",
  jsonld: "application/ld+json",
  jxl: "image/jxl",
  m4a: "audio/mp4",
  map: "application/json",
  md: "text/markdown",
  mjs: "text/javascript",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  ogv: "video/ogg",
  opus: "audio/ogg",
  otf: "font/otf",
  pdf: "application/pdf",
  png: "image/png",
  rss: "application/rss+xml",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tiff: "image/tiff",
  ttf: "font/ttf",
  txt: "text/plain",
  vtt: "text/vtt",
  wasm: "application/wasm",
  wav: "audio/wav",
  weba: "audio/webm",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xhtml: "application/xhtml+xml",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
  zst: "application/zstd",
}));

/** The media type of a file by its name's extension, with `charset=utf-8` for text; `application/octet-stream` for an unknown one. */
export function mediaType(name: string, more: ReadonlyMap<string, string>): string {
  const dot = name.lastIndexOf(".");
  const extension = dot === -1 ? "" : name.slice(dot + 1).toLowerCase();
  const type = more.get(extension) ?? types.get(extension) ?? "application/octet-stream";
  return isText(type) && !type.includes(";") ? `${type}; charset=utf-8` : type;
}

/** Whether files of a media type are worth compressing. */
export function isCompressible(type: string): boolean {
  return isText(type) || type === "application/wasm" || type === "image/x-icon" ||
    type.startsWith("font/ttf") ||
    type.startsWith("font/otf");
}

function isText(type: string): boolean {
  const essence = type.split(";", 1)[0].trim();
  return essence.startsWith("text/") || essence.endsWith("+xml") || essence.endsWith("json") ||
    essence === "application/xml" || essence === "application/yaml" || essence === "application/jsonl";
}
