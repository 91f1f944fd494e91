/**
 * A store that outlives its application, so that a test can start another one over it.
 *
 * @module
 */
import type { Store } from "@n2o/n2o";

/** The same store, but closing it does nothing. */
export function lasting(store: Store): Store {
  return {
    driver: store.driver,
    get sequence() {
      return store.sequence;
    },
    get committed() {
      return store.committed;
    },
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    set: (key, value, options) => store.set(key, value, options),
    delete: (key, options) => store.delete(key, options),
    compareAndSet: (key, version, value, options) => store.compareAndSet(key, version, value, options),
    onCommit: (listener) => store.onCommit(listener),
    flush: () => store.flush(),
    close: () => store.flush(),
  };
}
