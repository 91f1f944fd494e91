/**
 * The store that a configuration asks for.
 *
 * @module
 */
import type { Logger } from "../log.ts";
import { kvStore } from "../store/kv.ts";
import { memoryStore } from "../store/memory.ts";
import type { Store } from "../store/mod.ts";
import type { Config } from "./config.ts";
import { dataPaths } from "./data.ts";

/** Opens the store. */
export function openStore(config: Config, log: Logger): Promise<Store> | Store {
  const onError = (error: unknown) => log.error("store_failed", { error });
  if (config.settings.store.driver === "memory") return memoryStore({ onError });
  return kvStore({ path: dataPaths(config).kv, onError });
}

/** The store in a few words, as the first line of a server tells it. */
export function describeStore(config: Config): string {
  return config.settings.store.driver === "memory" ? "memory" : `kv ${dataPaths(config).kv}`;
}
