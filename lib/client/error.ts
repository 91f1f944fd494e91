/**
 * What the client's promises reject with.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/**
 * A request or a post that came to nothing, and why.
 *
 * The server's own codes (`name_in_use`, `bad_body` …) come through as they are. The client's own are
 * - `timeout`: no answer in time;
 * - `lost`: it was written, the connection ended before its answer, and without an id it cannot be sent again;
 * - `outbox_full`: the outbox has no room for it;
 * - `closed`: the page closed the client, or the client could not start;
 * - `logged_out`: the session ended;
 * - `left`: the room was left before the post was written;
 * - `refused`: connections kept ending as if this very message were the reason;
 * - `duplicate_id`: a message with that id is on its way;
 * - `bad_url`, `no_websocket`: thrown by `createClient`.
 *
 * @example
 * ```ts
 * import { ClientError } from "@n2o/n2o/client";
 *
 * const error = new ClientError("timeout");
 * if (error.code !== "timeout") throw error;
 * ```
 */
export class ClientError extends N2OError {
  /** Makes an error with its code and the value that it is about. */
  constructor(code: string, value?: unknown) {
    super(code, `n2o client: ${code}`, value);
  }
}
