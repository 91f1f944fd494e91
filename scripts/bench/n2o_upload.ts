/**
 * The file protocol under measurement.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read --allow-write n2o_upload.ts FOLDER
 *
 * @module
 */

import { createFtp, createN2O, heart, session } from "../../mod.ts";
import { announce } from "./listening.ts";

const limits = { maxFolderBytes: Infinity, maxVisitorBytes: Infinity };
const n2o = createN2O({ protocols: [heart, session, createFtp({ folder: Deno.args[0], limits })] });
announce(n2o.listen({ hostname: "127.0.0.1", port: 0, engine: "stream" }));
