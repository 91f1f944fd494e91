/**
 * What a reader sees and the blocks of a guide cannot show: by document, and by the section behind whose blocks it is there.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { root } from "./shims.ts";
import type { Story } from "./story.ts";
import { visit } from "./visits.ts";

/** Looks at what a section has led to. */
export type Check = (story: Story) => Promise<void>;

/** The checks. */
export const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  "docs/start.md": {
    "a-project": async (story) => {
      await visit(story.url("/"), async (page) => {
        await page.click("#more");
        await page.locator("#count", { hasText: "1" }).waitFor();
        await page.click("#less");
        await page.locator("#count", { hasText: "0" }).waitFor();
      });
      const guide = await Deno.readTextFile(`${root}/docs/start.md`);
      for (const [, path] of guide.matchAll(/^\| `([^`]+\/?)` /gm)) {
        await Deno.stat(story.place(`my-app/${path}`));
      }
    },
    "change-something": (story) =>
      visit(story.url("/"), (page) => page.locator("h1", { hasText: "My first application" }).waitFor()),
    "a-page-of-your-own": (story) =>
      visit(story.url("/app/clicks"), async (page) => {
        await page.click("#add");
        await page.locator("#clicks", { hasText: "1" }).waitFor();
        await page.click("#add");
        await page.locator("#clicks", { hasText: "2" }).waitFor();
        await page.goto(story.url("/app/greeter"));
        await page.locator("#greeting").waitFor();
      }),
  },
  "docs/sessions.md": {
    "a-page-that-logs-in": (story) =>
      visit(story.url("/app/home"), async (page) => {
        await page.waitForURL("**/app/login");
        await page.fill("#name", "ada");
        await page.fill("#secret", "guess");
        await page.click("#enter");
        await page.locator("#secret[aria-invalid=true]").waitFor();
        await page.fill("#secret", "analytical");
        await page.click("#enter");
        await page.waitForURL("**/app/home");
        await page.locator("#hello", { hasText: "Hello, ada" }).waitFor();
        await page.reload();
        await page.click("#out");
        await page.waitForURL("**/app/login");
      }),
  },
  "docs/deploy.md": {
    "health-and-logs": async () => {
      const guide = await Deno.readTextFile(`${root}/docs/deploy.md`);
      const [, table] = guide.split("\n| event ");
      for (const [, event] of table.matchAll(/^\| `(\w+)`/gm)) {
        const args = ["-rqF", "--include=*.ts", `("${event}"`, `${root}/lib`];
        const { code } = await new Deno.Command("grep", { args }).output();
        strictEqual(code, 0, `nobody logs ${event}`);
      }
    },
  },
  "docs/migrate.md": {
    "a-protocol": (story) =>
      visit(story.url("/app/room"), (page) =>
        visit(story.url("/app/room"), async (other) => {
          await page.fill("#message", "<i>both</i>");
          await page.click("#send");
          await other.locator("#history", { hasText: "<i>both</i>" }).waitFor();
        })),
  },
  "docs/pages.md": {
    "a-form": (story) =>
      visit(story.url("/app/board"), async (page) => {
        await visit(story.url("/app/board.htm"), async (other) => {
          await page.click("#add");
          await page.locator("#note[aria-invalid=true]").waitFor();
          await page.fill("#note", "It <b>rains</b>");
          await page.press("#note", "Enter");
          await other.locator("#notes li", { hasText: "It <b>rains</b>" }).waitFor();
          await page.locator("#note").and(page.locator(":focus")).waitFor();
          strictEqual(await page.inputValue("#note"), "");
        });
        const width = await page.evaluate("getComputedStyle(document.body).maxWidth");
        strictEqual(width, "480px");
      }),
    "keeping-things": async (story) => {
      await visit(story.url("/app/board"), async (page) => {
        await page.fill("#note", "Kept");
        await page.click("#add");
        await page.locator("#notes li", { hasText: "Kept" }).waitFor();
        await page.reload();
        await page.locator("#notes li", { hasText: "Kept" }).waitFor();
      });
    },
    "jsx": (story) =>
      visit(story.url("/app/about"), async (page) => {
        await page.click("text=the board");
        await page.waitForURL("**/app/board");
      }),
  },
};
