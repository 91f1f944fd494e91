/**
 * The bill of materials: CycloneDX 1.6 by its own schema, and true to `deno.lock`.
 */
import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
// The validator of CycloneDX takes these where they are loaded.
import "npm:ajv@8.20.0";
import "npm:ajv-formats@3.0.1";
import "npm:ajv-formats-draft2019@1.6.1";
import { Spec, Validation } from "npm:@cyclonedx/cyclonedx-library@10.3.0";
import { readLock } from "../scripts/lock.ts";
import { type Bill, billOf, ownBill } from "../scripts/sbom.ts";

const root = new URL("..", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));

async function faults(bill: Bill): Promise<unknown> {
  return await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(bill));
}

/** A lock file of these packages. */
function lockOf(npm: Record<string, { integrity: string; dependencies?: string[] }>): string {
  return JSON.stringify({ version: "5", specifiers: {}, npm });
}

const integrity = `sha512-${new Uint8Array(64).fill(1).toBase64()}`;
const rest = {
  name: "@a/b",
  version: "1.2.3",
  license: "ISC",
  runtime: { deno: "2.9.6", v8: "15.0" },
  time: 1_000_000,
};

Deno.test("the bill is valid, and the validator would say if it were not", async () => {
  const bill = await ownBill();
  strictEqual(await faults(bill), null);
  ok(await faults({ ...bill, serialNumber: "urn:uuid:none" }) !== null);
  ok(await faults({ ...bill, components: [{ ...bill.components[0], type: "thing" as "library" }] }) !== null);
});

Deno.test("it has every package of deno.lock, and what the modules import is required, with licence and digest", async () => {
  const { components, metadata, dependencies } = await ownBill();
  const locked = readLock(await read("deno.lock"));
  const packages = components.filter(({ purl }) => purl.startsWith("pkg:npm/"));
  strictEqual(packages.length, locked.size);
  const required = packages.filter(({ scope }) => scope === "required");
  deepStrictEqual(required.map(({ name }) => name), ["commander", "deno-std", "liquidjs", "marked"]);
  for (const { licenses, hashes, name } of required) {
    ok(licenses !== undefined && licenses.length === 1, name);
    strictEqual(hashes?.[0].alg, "SHA-512");
  }
  const { name, version } = JSON.parse(await read("deno.json"));
  deepStrictEqual([metadata.component.name, metadata.component.version], [name, version]);
  const own = dependencies.find(({ ref }) => ref === metadata.component["bom-ref"])!;
  const needs = own.dependsOn.map((ref) => ref.replace(/^(pkg:npm\/.*)@.*/, "$1"));
  deepStrictEqual(needs, [
    `pkg:github/denoland/deno@v${Deno.version.deno}`,
    "pkg:npm/deno-std",
    "pkg:npm/liquidjs",
    "pkg:npm/marked",
  ]);
});

Deno.test("every name in it is there once, and every dependency is one of them", async () => {
  const { components, dependencies, metadata } = await ownBill();
  const refs = [metadata.component, ...components].map((one) => one["bom-ref"]);
  strictEqual(new Set(refs).size, refs.length);
  deepStrictEqual(dependencies.map(({ ref }) => ref).sort(), refs.toSorted());
  for (const { dependsOn } of dependencies) for (const ref of dependsOn) ok(refs.includes(ref), ref);
});

Deno.test("the same sources give the same bill", async () => {
  const [one, other] = await Promise.all([ownBill(), ownBill()]);
  deepStrictEqual({ ...one.metadata, timestamp: "" }, { ...other.metadata, timestamp: "" });
  const lock = lockOf({ "a@1.0.0": { integrity } });
  const bill = () => billOf({ ...rest, lock, used: new Map() });
  deepStrictEqual(bill(), bill());
  match(
    bill().serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  ok(billOf({ ...rest, version: "1.2.4", lock, used: new Map() }).serialNumber !== bill().serialNumber);
});

Deno.test("a package is named with its scope, its digest in hexadecimal, and what it needs", async () => {
  const lock = lockOf({
    "@s/a@1.0.0_peer@2.0.0": { integrity, dependencies: ["peer", "b@1.0.0"] },
    "@s/a@1.0.0_peer@3.0.0": { integrity, dependencies: ["peer@3.0.0"] },
    "peer@2.0.0": { integrity },
    "peer@3.0.0": { integrity },
    "b@1.0.0": { integrity },
    "b@2.0.0": { integrity },
  });
  const used = new Map([["@s/a@1.0.0", { direct: true, license: "(MIT OR Apache-2.0)" }], ["b@1.0.0", {
    direct: false,
    license: "see the file",
  }]]);
  const bill = billOf({ ...rest, lock, used });
  strictEqual(await faults(bill), null);
  deepStrictEqual(bill.components[2], {
    type: "library",
    "bom-ref": "pkg:npm/%40s/a@1.0.0",
    group: "@s",
    name: "a",
    version: "1.0.0",
    scope: "required",
    hashes: [{ alg: "SHA-512", content: "01".repeat(64) }],
    licenses: [{ expression: "(MIT OR Apache-2.0)" }],
    purl: "pkg:npm/%40s/a@1.0.0",
  });
  const b = bill.components.filter(({ name }) => name === "b");
  deepStrictEqual(b.map(({ scope, licenses }) => [scope, licenses]), [
    ["required", [{ license: { name: "see the file" } }]],
    ["excluded", undefined],
  ]);
  const a = bill.dependencies.find(({ ref }) => ref === "pkg:npm/%40s/a@1.0.0")!;
  deepStrictEqual(a.dependsOn, ["pkg:npm/b@1.0.0", "pkg:npm/peer@2.0.0", "pkg:npm/peer@3.0.0"]);
});

Deno.test("a lock file that is of another version, or lacks what is used, is an error", () => {
  throws(() => readLock('{"version":"4"}'), /is of version 4/);
  throws(() => readLock(lockOf({ "a@1.0.0": { integrity, dependencies: ["b"] } })), /has no b/);
  throws(
    () =>
      billOf({ ...rest, lock: lockOf({}), used: new Map([["a@1.0.0", { direct: true, license: "MIT" }]]) }),
    /a@1\.0\.0 runs, and deno\.lock does not have it/,
  );
});
