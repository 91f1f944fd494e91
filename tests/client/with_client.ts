/** A server and a client of it, for one test. */
import { type Client, type ClientOptions, createClient } from "@n2o/n2o/client";
import { MockServer } from "./mock.ts";

/** Runs a test with a server, and a client of it that is closed at the end. */
export async function withClient(
  run: (server: MockServer, client: Client) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const server = new MockServer();
  const client = createClient({ url: server.url, reconnect: { minMs: 1, maxMs: 5 }, ...options });
  try {
    await run(server, client);
  } finally {
    client.close();
    await server.close();
  }
}
