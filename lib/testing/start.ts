/**
 * An application that is there for a test.
 *
 * @module
 */
import type { FileHandler } from "../endpoints/http.ts";
import { createLogger } from "../log.ts";
import { createN2O, type N2O } from "../n2o.ts";
import type { N2OOptions } from "../n2o_options.ts";
import type { Protocol } from "../protocol.ts";
import { TestClient } from "./client.ts";
import { Visitor } from "./visitor.ts";

/**
 * Starts an application on a free port of this machine, which keeps everything in memory and logs errors alone. Pages have their
 * documents served without `files` saying so.
 *
 * @param options As for `createN2O`.
 *
 * @example
 * ```ts
 * import { heart } from "@n2o/n2o";
 * import { startTest } from "@n2o/n2o/testing";
 *
 * await using app = startTest({ protocols: [heart] });
 * await using ann = await app.connect();
 * ann.sayText("PING");
 * if (await ann.hear() !== "PONG") throw new Error("no heart-beat");
 * ```
 */
export function startTest(options: N2OOptions): TestApplication {
  const files = [...options.protocols.flatMap(documentsOf), ...options.files ?? []];
  const n2o = createN2O({ log: createLogger({ level: "error" }), ...options, files });
  return new TestApplication(n2o, n2o.listen({ port: 0 }).url);
}

/**
 * An application that is there for a test. {@linkcode startTest} makes it; disposing of it ends it.
 *
 * @example
 * ```ts
 * import { session } from "@n2o/n2o";
 * import { startTest } from "@n2o/n2o/testing";
 *
 * await using app = startTest({ protocols: [session] });
 * if (!(await fetch(`${app.url}n2o/health`).then((answer) => answer.text()))) throw new Error("ill");
 * ```
 */
export class TestApplication implements AsyncDisposable {
  /** The application. */
  readonly n2o: N2O;
  /** Its address, with a slash at the end. */
  readonly url: string;

  /** Use {@linkcode startTest}. */
  constructor(n2o: N2O, url: string) {
    this.n2o = n2o;
    this.url = url;
  }

  /** Connects a client of a page's route. Close it, or leave it to `await using`. */
  connect(path = ""): Promise<TestClient> {
    return TestClient.open(`${this.url.replace(/^http/, "ws")}ws/${path.replace(/^\//, "")}`);
  }

  /** Opens a page as a new visitor, or with the token of an earlier one. Throws an `N2OError`: `no_page` where there is none, `page_failed` when its `init` threw. */
  visit(path: string, token = ""): Promise<Visitor> {
    return Visitor.open(this.url, path.replace(/^\//, ""), token);
  }

  /** Ends the application, and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.n2o.close({ drainMs: 0 });
  }
}

/** The protocol of pages serves their documents. */
function documentsOf(protocol: Protocol): FileHandler[] {
  const { documents } = protocol as { documents?: FileHandler };
  return typeof documents === "function" ? [documents] : [];
}
