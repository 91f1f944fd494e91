/**
 * What visitors' transfers count for, apart from any connection.
 *
 * @module
 */
import { deepStrictEqual, throws } from "node:assert/strict";
import type { Context } from "@n2o/n2o";
import { defaultFtpLimits } from "../protocols/ftp/mod.ts";
import { Table } from "../protocols/ftp/table.ts";
import { Transfer } from "../protocols/ftp/transfer.ts";

Deno.test("files count by their number, too, empty ones as well", () => {
  const table = new Table({ ...defaultFtpLimits, maxVisitorFiles: 3 });
  for (let i = 0; i < 2; i++) table.finish(`done${i}`, { visitor: "v", path: `${i}`, size: 0, at: 0 });
  deepStrictEqual(table.makeRoom("v", 0), []);
  table.add(new Transfer("v", "open", Date.now()), 0);
  throws(() => table.makeRoom("v", 0), { code: "quota_exceeded" });
  deepStrictEqual(table.makeRoom("another", 0), []);
  table.forget("done0");
  deepStrictEqual(table.makeRoom("v", 0), []);
});

Deno.test("a transfer of which nothing comes makes room, though its client is there", () => {
  const table = new Table({ ...defaultFtpLimits, maxTransfers: 2 });
  const quiet = new Transfer("a", "quiet", Date.now() - 120_000);
  const busy = new Transfer("b", "busy", Date.now());
  for (const transfer of [quiet, busy]) {
    transfer.owner = {} as Context;
    table.add(transfer, 1);
  }
  deepStrictEqual(table.makeRoom("c", 1).map(({ key }) => key), ["quiet"]);
  quiet.touched = Date.now();
  throws(() => table.makeRoom("c", 1), { code: "too_many_transfers" });
});
