/** Which files are an application's own, and so loaded anew. */
import { deepStrictEqual } from "node:assert/strict";
import { Scope } from "../lib/reload/scope.ts";

const owned = (scope: Scope, files: Readonly<Record<string, string>>) =>
  Object.entries(files).filter(([path, specifier]) => scope.has(path, specifier)).map(([path]) => path);

Deno.test("files of the folder are, and those that are imported by their place, but no package's and not the library's", () => {
  const scope = new Scope({ folder: "/app", library: "/n2o/" });
  deepStrictEqual(
    owned(scope, {
      "/app/protocols/a.ts": "./a.ts",
      "/app/mapped.ts": "@/mapped.ts",
      "/shared/x.ts": "../../shared/x.ts",
      "/cache/npm/package.js": "package",
      "/app/node_modules/package/index.js": "./index.js",
      "/n2o/mod.ts": "../n2o/mod.ts",
      "/n2o/lib/term.ts": "../n2o/lib/term.ts",
      "/n2o/samples/b.ts": "../n2o/samples/b.ts",
    }),
    ["/app/protocols/a.ts", "/app/mapped.ts", "/shared/x.ts", "/n2o/samples/b.ts"],
  );
});

Deno.test("a library in the application's folder is not, an application among the library's files is", () => {
  const within = new Scope({ folder: "/app", library: "/app/n2o/" });
  deepStrictEqual(owned(within, { "/app/n2o/lib/term.ts": "./n2o/lib/term.ts", "/app/a.ts": "./a.ts" }), [
    "/app/a.ts",
  ]);
  const sample = new Scope({ folder: "/n2o/protocols/chat", library: "/n2o/" });
  deepStrictEqual(
    owned(sample, { "/n2o/protocols/chat/names.ts": "./names.ts", "/n2o/protocols/heart.ts": "../heart.ts" }),
    ["/n2o/protocols/chat/names.ts"],
  );
});
