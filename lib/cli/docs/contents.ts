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
    name: "Reference",
    entries: [
      { path: "docs/cli.md", name: "The command" },
      { path: "docs/nitro.md", name: "NITRO: pages" },
      { path: "docs/limits.md", name: "Limits" },
      { path: "docs/wire.md", name: "The wire" },
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
    ],
  },
];

/** Every document, in order. */
export const entries: readonly Entry[] = contents.flatMap((group) => group.entries);

/** What the documents show or lead to besides: paths in the repository, with their media types. */
export const files: Readonly<Record<string, string>> = {
  "LICENSE": "text/plain; charset=utf-8",
  "docs/architecture.svg": "image/svg+xml",
  "docs/bench.svg": "image/svg+xml",
  "docs/chat-desktop.png": "image/png",
  "docs/chat-phone.png": "image/png",
  "docs/nitro-elements.png": "image/png",
};
