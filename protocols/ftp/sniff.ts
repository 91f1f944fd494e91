/**
 * Whether a file begins as its ending promises.
 *
 * @module
 */

/** So many bytes tell what a file is. */
export const SNIFF_BYTES = 16;

type Beginning = (head: string) => boolean;

const starts = (...beginnings: string[]): Beginning => (head) =>
  beginnings.some((beginning) => head.startsWith(beginning));
const riff = (kind: string): Beginning => (head) => head.startsWith("RIFF") && head.startsWith(kind, 8);
const boxed: Beginning = (head) => head.startsWith("ftyp", 4);

const png = starts("\x89PNG\r\n\x1a\n");
const jpeg = starts("\xff\xd8\xff");
const tiff = starts("II*\0", "MM\0*");
const zip = starts("PK\x03\x04", "PK\x05\x06");
const office = starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
const ogg = starts("OggS");

const beginnings: ReadonlyMap<string, Beginning> = new Map(Object.entries({
  png,
  jpg: jpeg,
  jpeg,
  gif: starts("GIF87a", "GIF89a"),
  webp: riff("WEBP"),
  bmp: starts("BM"),
  ico: starts("\0\0\x01\0"),
  tif: tiff,
  tiff,
  avif: boxed,
  heic: boxed,
  pdf: starts("%PDF-"),
  zip,
  docx: zip,
  xlsx: zip,
  pptx: zip,
  odt: zip,
  ods: zip,
  odp: zip,
  epub: zip,
  doc: office,
  xls: office,
  ppt: office,
  gz: starts("\x1f\x8b"),
  "7z": starts("7z\xbc\xaf\x27\x1c"),
  wav: riff("WAVE"),
  ogg,
  oga: ogg,
  ogv: ogg,
  flac: starts("fLaC"),
  mp4: boxed,
  m4a: boxed,
  mov: boxed,
  webm: starts("\x1aE\xdf\xa3"),
  mkv: starts("\x1aE\xdf\xa3"),
}));

/** Whether the bytes that a file begins with fit its name; of an ending that is not known, any do. */
export function fitsName(name: string, data: Uint8Array): boolean {
  const fits = beginnings.get(name.slice(name.lastIndexOf(".") + 1).toLowerCase());
  return fits === undefined || fits(String.fromCharCode(...data.subarray(0, SNIFF_BYTES)));
}

/** Whether a name has one of the endings. */
export function hasEnding(name: string, endings: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return endings.some((ending) => lower.endsWith(`.${ending}`) && lower.length > ending.length + 1);
}
