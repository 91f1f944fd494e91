/**
 * The reference of the exports that `deno task docs:html` makes, and how `n2o docs` shows it.
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { reference } from "../lib/cli/docs/reference.ts";
import { Repository } from "../lib/cli/docs/repository.ts";
import { Site } from "../lib/cli/docs/site.ts";
import { pageOf, writeReference } from "../scripts/reference.ts";

const folder = await Deno.realPath(await Deno.makeTempDir());
const made = `${folder}/reference`;
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("the reference is made, and each export has its page", async () => {
  deepStrictEqual(await writeReference(made), []);
  match(await Deno.readTextFile(`${made}/${pageOf(".", "createN2O")}`), /createN2O/);
  match(await Deno.readTextFile(`${made}/${pageOf("./client/tcp", "TcpSocket")}`), /TcpSocket/);
  await Deno.writeTextFile(`${made}/old.html`, "of an earlier version");
  await writeReference(made);
  deepStrictEqual(await exists(`${made}/old.html`), false);
});

Deno.test("a folder that holds something else is left as it is", async () => {
  const other = `${folder}/other`;
  await Deno.mkdir(other);
  await Deno.writeTextFile(`${other}/letter.txt`, "mine");
  await rejects(writeReference(other), /holds other things/);
  strictEqual(await Deno.readTextFile(`${other}/letter.txt`), "mine");
});

Deno.test("n2o docs leads to the reference where it is, and needs no script in its pages' text", async () => {
  const site = new Site(new Repository(), reference(new URL(`file://${made}/`)));
  const get = (path: string) => site.answer(new Request(`http://localhost${path}`));
  match(await (await get("/README.md")).text(), /href="\/reference\/"/);
  const page = await get("/reference/");
  strictEqual(page.status, 200);
  match(page.headers.get("content-security-policy")!, /script-src 'self';/);
  for (const path of ["", "all_symbols.html", pageOf(".", "createN2O"), pageOf("./nitro", "panel")]) {
    const text = await (await get(`/reference/${path}`)).text();
    ok(!/<script(?![^>]*\bsrc=)/.test(text) && !/<[^>]*\son\w+=/.test(text), path);
  }
  strictEqual((await get("/reference/../../etc/passwd")).status, 404);
  strictEqual((await get("/reference/nothing.html")).status, 404);
});

Deno.test("where there is no reference, n2o docs does without", async () => {
  strictEqual(reference(new URL(`file://${folder}/nowhere/`)), undefined);
  strictEqual(reference(new URL("https://example.com/dist/reference/")), undefined);
  const site = new Site(new Repository());
  const page = await site.answer(new Request("http://localhost/README.md"));
  ok(!(await page.text()).includes("/reference/"));
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
