/**
 * Where the client keeps its session's token.
 *
 * @module
 */

import { ClientError } from "./error.ts";

/** Keeps the token from one connection, and if it can from one visit, to the next. */
export interface TokenStorage {
  /** The token, or an empty string when there is none. */
  get(): string;
  /** Keeps a token in place of the one before; an empty string forgets it. */
  set(token: string): void;
}

const NAME = "X-Auth-Token";
const MAX_LENGTH = 4096;

/** Whether a text can be a token: up to 4096 letters, digits, `-` and `_`, so that it fits a frame, a cookie and a header as it is. */
export function isToken(token: string): boolean {
  return token.length <= MAX_LENGTH && /^[\w-]+$/.test(token);
}

/** The part of `document` that holds the cookies. */
export interface CookieJar {
  /** All cookies, read as `a=1; b=2`; an assignment sets one. */
  cookie: string;
}

/**
 * Keeps the token in the cookie `X-Auth-Token`, which tabs share and POST requests carry: `Path=/; SameSite=Lax`, and `Secure` on https.
 */
export class CookieTokenStorage implements TokenStorage {
  readonly #jar: CookieJar;
  readonly #secure: boolean;

  /** Makes a storage in the cookies of a document; `secure` when the page came by https. */
  constructor(jar: CookieJar, secure: boolean) {
    this.#jar = jar;
    this.#secure = secure;
  }

  /** The cookie's token, which another tab may have changed; throws where the browser forbids to look. */
  get(): string {
    for (const pair of this.#jar.cookie.split("; ")) {
      const token = pair.slice(NAME.length + 1);
      if (pair.startsWith(`${NAME}=`) && isToken(token)) return token;
    }
    return "";
  }

  /** Writes the cookie; throws when the browser did not keep it. */
  set(token: string): void {
    const attributes = ["Path=/", "SameSite=Lax"];
    if (this.#secure) attributes.push("Secure");
    if (token === "") attributes.push("Max-Age=0");
    this.#jar.cookie = `${NAME}=${token}; ${attributes.join("; ")}`;
    if (this.get() !== token) throw new ClientError("no_cookies");
  }
}

/** A storage that cannot fail: what the given one refuses, or all without one, lives as long as the program. */
export class SafeTokenStorage implements TokenStorage {
  readonly #storage: TokenStorage | undefined;
  /** What the storage did not take. */
  #memory: string | undefined;

  constructor(storage: TokenStorage | undefined) {
    this.#storage = storage;
  }

  /** The token, or an empty string for want of one that can be used. */
  get(): string {
    let token = this.#memory;
    try {
      token ??= this.#storage?.get();
    } catch {
      // None, then.
    }
    return token !== undefined && isToken(token) ? token : "";
  }

  /** Keeps a token. */
  set(token: string): void {
    this.#memory = token;
    try {
      if (this.#storage === undefined) return;
      this.#storage.set(token);
      this.#memory = undefined;
    } catch {
      // Kept in memory.
    }
  }
}
