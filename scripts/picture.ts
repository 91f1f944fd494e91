/**
 * The frame of the pictures of measurements: title, colours for light and dark pages, and what they have in common.
 *
 * @module
 */

/** A picture of measurements. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** How far from the edge the titles stand. */
  readonly margin: number;
  readonly title: string;
  /** What those hear who do not see it. */
  readonly description: string;
  /** The machine, the date. */
  readonly subtitle: string;
  /** Styles of its own. */
  readonly style: string;
  /** What it shows, as SVG. */
  readonly body: string;
}

/** The picture follows the reader's setting. */
const STYLE = `
  svg { --page: #fff; --text: #1c2430; --quiet: #5b6675; --line: #dde2e8; --other: #7d8896; --data: #0b7a68; --missed: #c2542f }
  @media (prefers-color-scheme: dark) {
    svg { --page: #14181f; --text: #e8ecf1; --quiet: #9aa6b5; --line: #2a323d; --other: #8894a3; --data: #2fa890; --missed: #e0774f }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--text) }
  .title { font-size: 20px; font-weight: 600 }
  .quiet { fill: var(--quiet) }
  .small { font-size: 12px; font-variant-numeric: tabular-nums }
  .page { fill: var(--page) }
  .missed { fill: var(--missed) }
  line { stroke: var(--line) }
  polyline { fill: none; stroke: var(--data); stroke-width: 1.8; stroke-linejoin: round }`;

/** A picture as an SVG document. */
export function framed(
  { width, height, margin, title, description, subtitle, style, body }: Picture,
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-labelledby="title description">
<title id="title">${escapeSvg(title)}</title>
<desc id="description">${escapeSvg(description)}</desc>
<style>${STYLE}${style}
</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
<text class="title" x="${margin}" y="38">${escapeSvg(title)}</text>
<text class="quiet" x="${margin}" y="60">${escapeSvg(subtitle)}</text>
${body}
</svg>
`;
}

/** Text as it stands in SVG. */
export function escapeSvg(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
