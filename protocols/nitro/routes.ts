/**
 * Which page a path means.
 *
 * @module
 */
import { N2OError } from "../../lib/error.ts";
import type { Page } from "./page.ts";

/** A page with the name that its events have it by. */
export interface NamedPage {
  /** The name. */
  readonly name: string;
  /** The page. */
  readonly page: Page;
}

/**
 * Pages by their paths. A path means the page of the longest route that it begins with and that ends where one of its names does:
 * `app/login.htm` and `app/login/again` mean `app/login`, and `app/logins` does not.
 */
export class Routes {
  #byRoute = new Map<string, NamedPage>();
  #byName = new Map<string, NamedPage>();
  #fallback: NamedPage | undefined;
  /** What the routes begin with: `app`. */
  #folders = new Set<string>();
  #longest = 0;

  /**
   * Takes the table of routes, modules that only get events, and the route of the page for all other paths.
   *
   * @throws {N2OError} `bad_route` for an empty route, a default that is none, or two pages of one name.
   */
  constructor(
    table: Readonly<Record<string, Page>>,
    modules: Readonly<Record<string, Page>>,
    fallback: string | undefined,
  ) {
    for (const [route, page] of Object.entries(table)) {
      const path = route.replace(/^\/+|\/+$/g, "");
      if (path === "") throw new N2OError("bad_route", "a page's route is a path such as app/login", route);
      const named = {
        name: page.name ?? path.slice(path.lastIndexOf("/") + 1),
        page,
      };
      this.#name(named);
      this.#byRoute.set(path, named);
      this.#folders.add(firstName(path));
      this.#longest = Math.max(this.#longest, path.length);
    }
    for (const [name, page] of Object.entries(modules)) this.#name({ name, page });
    if (fallback === undefined) return;
    this.#fallback = this.#byRoute.get(fallback);
    if (this.#fallback === undefined) {
      throw new N2OError("bad_route", `the default route ${fallback} has no page`, fallback);
    }
  }

  /**
   * The page of a path without its first slash. The default page is that of the empty path and of those that begin as another route does,
   * where it is wanted.
   */
  find(path: string, orDefault = true): NamedPage | undefined {
    // What is longer than every route means what its beginning does.
    let end = path.length;
    if (end > this.#longest) end = lastBoundary(path, this.#longest);
    while (end > 0) {
      const found = this.#byRoute.get(path.slice(0, end));
      if (found !== undefined) return found;
      end = lastBoundary(path, end - 1);
    }
    return orDefault && (path === "" || this.#folders.has(firstName(path))) ? this.#fallback : undefined;
  }

  /**
   * The page whose address a path is: its route, perhaps with `.htm` or `.html`, or what is below it, but for what looks like a file; the
   * empty path is the default page's.
   */
  at(path: string): NamedPage | undefined {
    if (path === "") return this.#fallback;
    const found = this.#byRoute.get(path.replace(/\.html?$/, ""));
    if (found !== undefined || path.includes(".", path.lastIndexOf("/") + 1)) return found;
    for (let end = path.lastIndexOf("/", this.#longest); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const above = this.#byRoute.get(path.slice(0, end));
      if (above !== undefined) return above;
    }
    return undefined;
  }

  /** The page or module of a name. */
  named(name: string): Page | undefined {
    return this.#byName.get(name)?.page;
  }

  #name(named: NamedPage): void {
    const other = this.#byName.get(named.name);
    if (other !== undefined && other.page !== named.page) {
      throw new N2OError("bad_route", `two pages are named ${named.name}: give one another name`, named.name);
    }
    this.#byName.set(named.name, named);
  }
}

/** The first name of a path. */
function firstName(path: string): string {
  const end = path.indexOf("/");
  return end === -1 ? path : path.slice(0, end);
}

/** The last place up to `from` where one of a path's names ends. */
function lastBoundary(path: string, from: number): number {
  let at = from;
  while (at > 0 && path[at] !== "." && path[at] !== "/") at--;
  return at;
}
