/**
 * The guide to migrate: each call of the original's stands there, and each name of ours that stands beside it is there.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import * as library from "@n2o/n2o";
import * as client from "@n2o/n2o/client";
import * as nitro from "@n2o/n2o/nitro";
import * as templates from "@n2o/n2o/nitro/templates";
import { overview } from "../lib/cli/help.ts";
import { settingList } from "../lib/cli/settings.ts";
import { erlangCalls, erlangModules } from "./guides/erlang_calls.ts";

const guide = await Deno.readTextFile(new URL("../docs/migrate.md", import.meta.url));
const n2o = library.createN2O({ protocols: [] });
const exported = new Set([library, client, nitro, templates].flatMap((part) => Object.keys(part)));
const rows = guide.split("\n").filter((line) => line.startsWith("| ")).map((line) => {
  const [left, right] = line.split(" | ");
  return { left, right: right ?? "" };
});

Deno.test("each call of N2O on Erlang has its line", () => {
  const missing = Object.entries(erlangCalls).flatMap(([module, names]) =>
    names.split(" ").map((name) => `${module}:${name}`)
  ).filter((call) => !new RegExp(`${call}(?![a-z_])`).test(guide));
  deepStrictEqual([...missing, ...erlangModules.filter((name) => !guide.includes(`\`${name}\``))], []);
});

Deno.test("each name of ours beside a call is there", () => {
  const wrong: string[] = [];
  let looked = 0;
  for (const { right } of rows) {
    for (const [, code] of right.matchAll(/`([^`]+)`/g)) {
      const known = isThere(code);
      if (known === undefined) continue;
      looked++;
      if (!known) wrong.push(code);
    }
  }
  deepStrictEqual(wrong, []);
  ok(looked > 120, `only ${looked} names were looked at`);
});

/** Whether a piece of code names what is there; `undefined` for what is no name of this library's. */
function isThere(code: string): boolean | undefined {
  const call = code.replace(/^await /, "");
  const setting = /^"(\w+)":/.exec(call)?.[1];
  if (setting !== undefined) return isSetting(setting);
  const command = /^n2o (\w+)/.exec(call)?.[1];
  if (command !== undefined) return overview().includes(`n2o ${command} `);
  const [, path] = /^([\w.]+)/.exec(call) ?? [];
  if (path === undefined) return undefined;
  const [root, ...names] = path.split(".");
  if (names.length === 0) return /^\w+\(/.test(call) ? exported.has(root) || isHook(root) : undefined;
  if (call === "n2o.json") return undefined;
  const start = ROOTS[root];
  return start === undefined ? undefined : names.reduce<unknown>(member, start) !== undefined;
}

/** Where a path begins. A class stands for what it makes. */
const ROOTS: Readonly<Record<string, unknown>> = {
  cx: library.Context,
  nitro: nitro.Nitro,
  n2o,
  bert: library.bert,
  client: client.createClient({ url: "ws://127.0.0.1:1/" }),
};

/** Fields that have no getter, and what a member leads to. */
const FIELDS: Readonly<Record<string, unknown>> = {
  route: "",
  query: "",
  peer: {},
  id: "",
  session: library.Session,
  n2o,
};

function member(owner: unknown, name: string): unknown {
  if (owner === undefined) return undefined;
  if (typeof owner === "function") {
    if (Object.hasOwn(FIELDS, name)) return FIELDS[name];
    return Object.getOwnPropertyDescriptor(owner.prototype, name);
  }
  const found = (owner as Record<string, unknown>)[name];
  return found === undefined && name in (owner as object) ? true : found;
}

function isSetting(key: string): boolean {
  return settingList.some(([name, setting]) => name === key || (setting as { key?: string }).key === key);
}

function isHook(name: string): boolean {
  return ["init", "terminate"].includes(name) || name in globalThis;
}
