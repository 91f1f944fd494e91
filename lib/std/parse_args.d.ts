/** How arguments are read. */
export interface ParseOptions {
  /** Flags that take a value; `_` keeps positional arguments as text. */
  string?: readonly string[];
  /** Flags that take none. */
  boolean?: readonly string[];
  /** Flags that may come several times; their values become a list. */
  collect?: readonly string[];
  /** Other names of a flag. */
  alias?: Readonly<Record<string, string>>;
  /** Called for each argument that no option names, a positional one with its text alone; `false` drops it. */
  unknown?: (argument: string, key?: string, value?: unknown) => unknown;
}

/** The flags by their names, and the positional arguments. */
export interface ParsedArgs {
  /** The positional arguments. */
  _: (string | number)[];
  /** The value of a flag. */
  [name: string]: unknown;
}

/** Reads arguments; throws nothing. */
export declare function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArgs;
