/** A new user's path, with the commands of README: from an empty folder to a page of one's own that answers a click. */
import { match, ok, strictEqual } from "node:assert/strict";
import { browserTest, complaints } from "./browser/chromium.ts";
import { environment, Server, withFolder } from "./command.ts";
import { root } from "./root.ts";

/** The commands of README's block, without what is said about them. */
async function commands(): Promise<string[]> {
  const readme = await Deno.readTextFile(`${root}/README.md`);
  const block = [...readme.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text).find((text) =>
    text.includes("main.ts new my-app")
  );
  ok(block !== undefined, "README has the commands");
  return block.split("\n").map((line) => line.replace(/ *#.*/, "")).filter((line) => line !== "");
}

/** A shell's process for a command, as somebody types it in a folder. */
function typed(line: string, cwd: string): Deno.ChildProcess {
  return new Deno.Command("sh", {
    args: ["-c", `exec ${line}`],
    cwd,
    env: { DENO_TLS_CA_STORE: "mozilla,system", ...environment() },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

await browserTest(
  "from an empty folder to an own page that answers a click, with README's commands",
  async (browser) => {
    await withFolder({}, async (empty) => {
      const began = performance.now();
      const lines = await commands();
      // The clone that README begins with.
      await Deno.symlink(root, `${empty}/n2o`);
      ok(lines.length + 1 <= 10, `${lines.length + 1} commands`);
      let cwd = empty;
      let server: Server | undefined;
      let clicked = "";
      try {
        for (const line of lines) {
          if (line.startsWith("cd ")) cwd = `${cwd}/${line.slice(3)}`;
          else if (line.endsWith(" task dev")) {
            server = await new Server(typed(`${line} --port 0`, cwd)).start();
            await twoWindows(server.url);
          } else {
            const { success, stdout, stderr } = await typed(line, cwd).output();
            const decoder = new TextDecoder();
            ok(success, `${line}: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
            if (line.includes(" new ")) {
              match(
                decoder.decode(stdout),
                /\n {2}(npx -y deno@\S+|deno) task dev /,
                "what to type, with Deno or without",
              );
            }
            if (line.includes(" generate page ")) {
              ok(server !== undefined);
              await server.prints(/pages\/hello\.ts/);
              await ownPage(server, cwd);
              clicked = ((performance.now() - began) / 1000).toFixed(1);
            }
          }
        }
        console.log(
          `${lines.length + 1} commands with the clone; an own page answered a click after ${clicked} s`,
        );
        ok(clicked !== "", "a page was made");
      } finally {
        await server?.stop();
        await server?.[Symbol.asyncDispose]();
      }
    });

    async function twoWindows(url: string): Promise<void> {
      const [ann, bob] = await Promise.all([browser.newPage(), browser.newPage()]);
      const heard = [...complaints(ann), ...complaints(bob)];
      for (const window of [ann, bob]) {
        await window.goto(url);
        await window.locator("#count").getByText("0", { exact: true }).waitFor();
      }
      await ann.getByRole("button", { name: "One more" }).click();
      await bob.locator("#count").getByText("1", { exact: true }).waitFor();
      await bob.getByRole("button", { name: "One less" }).click();
      await ann.locator("#count").getByText("0", { exact: true }).waitFor();
      strictEqual(heard.join(), "");
      await Promise.all([ann.close(), bob.close()]);
    }

    async function ownPage(server: Server, project: string): Promise<void> {
      const page = await browser.newPage();
      const heard = complaints(page);
      await page.goto(`${server.url}/app/hello`);
      await page.getByLabel("Your name").fill("Ann");
      await page.getByRole("button", { name: "Greet" }).click();
      await page.getByText("Hello, Ann!").waitFor();
      // Its author makes it say something else, and saves: the open page has it, and keeps what is typed.
      const file = `${project}/pages/hello.ts`;
      const source = await Deno.readTextFile(file);
      match(source, /Hello, /);
      await Deno.writeTextFile(file, source.replace("Hello, ", "Good evening, "));
      await server.prints(/pages\/hello\.ts[^]*pages\/hello\.ts: generation/);
      await page.getByLabel("Your name").press("Enter");
      await page.getByText("Good evening, Ann!").waitFor();
      strictEqual(await page.getByLabel("Your name").inputValue(), "Ann");
      strictEqual(heard.join(), "");
      await page.close();
      await Deno.writeTextFile(file, source);
    }
  },
);
