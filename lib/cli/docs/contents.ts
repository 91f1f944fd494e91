/**
 * What documents there are: their order, and what the navigation calls them.
 *
 * A list and not a look into the folder, for a command that runs from a URL has no folder to look into; and since only what is
 * listed is served, no address leads anywhere else.
 *
 * @module
 */

/** One document. */
export interface Entry {
  /** Its path in the repository, which is also that of its page. */
  readonly path: string;
  /** What the navigation calls it. */
  readonly name: string;
}

/** Documents that belong together. */
export interface Group {
  /** What the navigation calls them. */
  readonly name: string;
  /** The documents, in their order. */
  readonly entries: readonly Entry[];
}

/** All documents. */
export const contents: readonly Group[] = [
  {
    name: "N2O",
    entries: [
      { path: "README.md", name: "Overview" },
      { path: "CHANGELOG.md", name: "Changelog" },
    ],
  },
  {
    name: "Guide",
    entries: [
      { path: "docs/start.md", name: "Start" },
      { path: "docs/protocol.md", name: "Protocols" },
      { path: "docs/pages.md", name: "Pages" },
      { path: "docs/sessions.md", name: "Sessions" },
      { path: "docs/tcp.md", name: "TCP" },
      { path: "docs/deploy.md", name: "Deploy" },
      { path: "docs/migrate.md", name: "From N2O on Erlang" },
    ],
  },
  {
    name: "Reference",
    entries: [
      { path: "docs/cli.md", name: "The command" },
      { path: "docs/nitro.md", name: "NITRO: pages" },
      { path: "docs/limits.md", name: "Limits" },
      { path: "docs/wire.md", name: "The wire" },
      { path: "docs/package.md", name: "The package" },
    ],
  },
  {
    name: "In depth",
    entries: [
      { path: "docs/architecture.md", name: "Architecture" },
      { path: "docs/embedding.md", name: "Embedding" },
      { path: "docs/one_port.md", name: "One port" },
      { path: "docs/udp.md", name: "UDP" },
      { path: "docs/bench.md", name: "Measured" },
      { path: "docs/reload.md", name: "Saved under load" },
    ],
  },
];

/** Every document, in order. */
export const entries: readonly Entry[] = contents.flatMap((group) => group.entries);

const PICTURE = /^docs\/(?:guide\/)?[\w-]+\.(png|svg)$/;

/** The media type of what documents show or lead to besides, by its path in the repository; `undefined` for what is not shown. */
export function fileType(path: string): string | undefined {
  if (path === "LICENSE") return "text/plain; charset=utf-8";
  const [, ending] = PICTURE.exec(path) ?? [];
  return ending === undefined ? undefined : ending === "svg" ? "image/svg+xml" : "image/png";
}
