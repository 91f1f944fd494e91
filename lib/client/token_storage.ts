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
 * Keeps the token in the cookie `X-Auth-Token` of a document, which tabs share and POST requests carry: `Path=/; SameSite=Lax`, and
 * `Secure` when the page came by https. Reading throws where the browser forbids to look, writing when it did not keep the cookie.
 */
export function cookieTokens(jar: CookieJar, isSecure: boolean): TokenStorage {
  return {
    // Another tab may have changed it.
    get() {
      for (const pair of jar.cookie.split("; ")) {
        const token = pair.slice(NAME.length + 1);
        if (pair.startsWith(`${NAME}=`) && isToken(token)) return token;
      }
      return "";
    },
    set(token) {
      const attributes = ["Path=/", "SameSite=Lax"];
      if (isSecure) attributes.push("Secure");
      if (token === "") attributes.push("Max-Age=0");
      jar.cookie = `${NAME}=${token}; ${attributes.join("; ")}`;
      if (this.get() !== token) throw new ClientError("no_cookies");
    },
  };
}

/** A storage that cannot fail: what the given one refuses, or all without one, lives as long as the program. */
export function safeTokens(storage: TokenStorage | undefined): TokenStorage {
  /** What the storage did not take. */
  let memory: string | undefined;
  return {
    // An empty string for want of one that can be used.
    get() {
      let token = memory;
      try {
        token ??= storage?.get();
      } catch {
        // None, then.
      }
      return token !== undefined && isToken(token) ? token : "";
    },
    set(token) {
      memory = token;
      try {
        if (!storage) return;
        storage.set(token);
        memory = undefined;
      } catch {
        // Kept in memory.
      }
    },
  };
}
