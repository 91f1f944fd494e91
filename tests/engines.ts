/**
 * The engines that serve WebSockets. What is promised about sockets is tested with each of them.
 *
 * @module
 */
import { createN2O, type ListenOptions, type N2O, type N2OOptions } from "@n2o/n2o";
import type { Address } from "./raw_socket.ts";

/** Options of an application, and of its listener. */
export interface StartOptions extends N2OOptions {
  readonly listen?: Omit<ListenOptions, "port" | "hostname">;
}

/** An application that listens. */
export interface Running extends Address, AsyncDisposable {
  readonly n2o: N2O;
  /** Waits until a condition holds; fails with its text when it never does. */
  until(condition: () => boolean, what: string): Promise<void>;
}

/** One engine: what it is called, and how an application starts with it. */
export interface Engine {
  readonly name: string;
  start(options: StartOptions): Running;
}

/** The engines. */
export const engines: readonly Engine[] = (["serve", "stream"] as const).map((name) => ({
  name,
  start({ listen, ...options }) {
    const n2o = createN2O(options);
    const { port, hostname } = n2o.listen({ port: 0, hostname: "127.0.0.1", engine: name, ...listen });
    return { n2o, port, hostname, until, [Symbol.asyncDispose]: () => n2o.close({ drainMs: 1_000 }) };
  },
}));

/** Waits until a condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Declares a test for each engine, or for those of the given names. */
export function each(
  name: string,
  test: (engine: Engine) => Promise<void>,
  names: readonly string[] = engines.map((engine) => engine.name),
): void {
  for (const engine of engines) {
    if (names.includes(engine.name)) Deno.test(`${engine.name}: ${name}`, () => test(engine));
  }
}
