/**
 * What the reader of a section has before it: documents that are looked things up in tell no story from their top to their end, so each of
 * their sections begins anew.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { certificate } from "../certificate.ts";
import { root } from "./shims.ts";
import type { Story } from "./story.ts";

/** Makes what is there before a section. */
export type Prepare = (story: Story) => Promise<void>;

const HELLO = protocol(
  "hello",
  `isTuple(message, "hello", 1) ? reply("bert", tuple(atom("hi"), 1)) : unknown`,
);
const PEOPLE = `import { atom, isTuple, reply, text, tuple, unknown } from "@n2o/n2o";
export default { name: "people", info(message, cx) {
  if (isTuple(message, "login", 2)) {
    cx.login(text(message[1]));
    return reply("bert", message);
  }
  return isTuple(message, "whoami", 1) ? reply("bert", tuple(atom("whoami"), cx.session.user)) : unknown;
} };
`;
const COUNT = protocol(
  "count",
  `isTuple(message, "count", 1) ? reply("bert", tuple(atom("count"), 1)) : unknown`,
);

/** By document and section. */
export const prepared: Readonly<Record<string, Readonly<Record<string, Prepare>>>> = {
  "README.md": {
    "your-own-in-six-commands": (story) => Deno.symlink(root, `${story.folder}/n2o`),
    "write-a-protocol": (story) => story.write("my-app/static/robots.txt", ""),
    "write-a-page": async (story) => {
      await story.write("my-app/static/robots.txt", "");
      await story.serve("n2o dev my-app", undefined);
    },
    "deploy": async (story) => {
      const made = await certificate();
      ok(made !== undefined, "there is no openssl");
      await story.write("cert.pem", made.cert);
      await story.write("key.pem", made.key);
      await story.write("my-app/protocols/hello.ts", HELLO);
    },
  },
  "docs/cli.md": {
    "the-command": (story) => story.write("my-app/protocols/hello.ts", HELLO),
    "generate": async (story) => {
      await story.command("n2o new my-app");
      await story.go("my-app");
    },
    "serve": (story) => story.serve("n2o serve", undefined),
    "dev": (story) => story.write("my-app/protocols/hello.ts", HELLO),
    "reload-rollback-status": async (story) => {
      await story.write("my-app/protocols/hello.ts", HELLO);
      await story.serve("n2o serve my-app", undefined);
      await story.change("my-app/protocols/hello.ts", HELLO.replace("1)) :", "2)) :"));
      await story.command("n2o reload my-app");
      await story.change("my-app/protocols/hello.ts", HELLO.replace("1)) :", "3)) :"));
    },
    "send": async (story) => {
      await story.write("people/protocols/people.ts", PEOPLE);
      await story.serve("n2o serve people", undefined);
    },
    "compile": (story) => story.write("my-app/protocols/hello.ts", HELLO),
  },
  "docs/wire.md": {
    "tcp": async (story) => {
      await story.write("my-app/protocols/count.ts", COUNT);
      await story.serve("n2o serve my-app --tcp 8002", undefined);
    },
  },
};

function protocol(name: string, result: string): string {
  return `import { atom, isTuple, reply, tuple, unknown } from "@n2o/n2o";\n` +
    `export default { name: "${name}", info: (message) => ${result} };\n`;
}
