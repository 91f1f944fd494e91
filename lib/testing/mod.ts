/**
 * Tests of protocols and pages: an application on a free port, clients that talk to it in Erlang's syntax, and visitors who look at
 * pages and click without a browser.
 *
 * @example
 * ```ts
 * import { atom } from "@n2o/n2o";
 * import { button, createNitro, type Page } from "@n2o/n2o/nitro";
 * import { startTest } from "@n2o/n2o/testing";
 *
 * const page: Page = {
 *   document: { body: button({ id: "go", body: "Go" }) },
 *   init: (nitro) => nitro.update("go", button({ id: "go", body: "Go", postback: atom("go") })),
 *   event: (_message, nitro) => nitro.update("go", button({ id: "go", body: "Gone" })),
 * };
 * await using app = startTest({ protocols: [createNitro({ pages: { go: page } })] });
 * await using ann = await app.visit("go");
 * await ann.click("go");
 * if (ann.text("go") !== "Gone") throw new Error(ann.text("go"));
 * ```
 *
 * @module
 */
export { startTest, TestApplication } from "./start.ts";
export { TestClient } from "./client.ts";
export { Visitor } from "./visitor.ts";
