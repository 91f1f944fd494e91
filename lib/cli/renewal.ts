/**
 * The certificate that a running server shows, and how another one takes its place.
 *
 * @module
 */
import type { Listener } from "../endpoints/listen.ts";
import type { Logger } from "../log.ts";
import type { Config } from "./config.ts";
import { type Problem, thrown } from "./problem.ts";
import { type CertificateFacts, dayOf, readTls, type Tls, validityProblem } from "./tls.ts";

const DAY_MS = 86_400_000;
/** A certificate that ends sooner is told of, once less than a third of its life is left, in milliseconds. */
const SOON_MS = 14 * DAY_MS;

/** Keeps the certificate of a server as its files have it, when it is told to look. */
export class Renewal {
  #inForce: Tls;
  #listeners: readonly Pick<Listener, "replaceCertificate">[];
  #log: Logger;

  /** Begins with what the listeners show. Those without TLS are not among them, and the first ones may fail to take another. */
  constructor(tls: Tls, listeners: readonly Pick<Listener, "replaceCertificate">[], log: Logger) {
    this.#inForce = tls;
    this.#listeners = listeners;
    this.#log = log;
    if (tls.facts === undefined) return;
    this.#remind();
    // Whoever forgets to renew it does not reload either.
    Deno.unrefTimer(setInterval(() => this.#remind(), DAY_MS));
  }

  /** What the certificate in force says; `undefined` without TLS. */
  get facts(): CertificateFacts | undefined {
    return this.#inForce.facts;
  }

  /**
   * Reads the files, and has the listeners show what is in them where that differs. What is wrong keeps the old one in force.
   *
   * @param isHeldBack Whether nothing is to be replaced now: it is only looked.
   */
  look(config: Config, isHeldBack: boolean): readonly Problem[] {
    if (this.#inForce.cert === undefined) return [];
    const problems = this.#look(config, isHeldBack);
    this.#remind();
    return problems;
  }

  #look(config: Config, isHeldBack: boolean): readonly Problem[] {
    const found = readTls(config);
    // Without a word of TLS the configuration is one for the next start.
    if (found.cert === undefined && found.problems.length === 0) return [];
    const invalid = validityProblem(config, found, Date.now());
    const problems = invalid === undefined ? found.problems : [...found.problems, invalid];
    const { cert, key } = found;
    if (problems.length > 0 || cert === undefined || key === undefined) return problems;
    const isSame = cert === this.#inForce.cert && key === this.#inForce.key;
    if (isSame || isHeldBack) return [];
    try {
      for (const listener of this.#listeners) listener.replaceCertificate({ cert, key });
    } catch (error) {
      const what = `cannot be put in force: ${error instanceof Error ? error.message : thrown(error)}`;
      return [{ where: found.facts?.file ?? "--tls-cert", what, fix: "mend that, and reload again" }];
    }
    this.#inForce = found;
    const { file = "", names = "", toMs = 0 } = found.facts ?? {};
    this.#log.info("certificate_replaced", { file, names, until: dayOf(toMs) });
    return [];
  }

  #remind(): void {
    if (this.#inForce.facts !== undefined) remind(this.#inForce.facts, Date.now(), this.#log);
  }
}

/** Says in the log that a certificate has ended, or will soon. */
export function remind({ file, names, fromMs, toMs }: CertificateFacts, nowMs: number, log: Logger): void {
  const leftMs = toMs - nowMs;
  const advice = "renew it, then n2o reload";
  if (leftMs <= 0) log.error("certificate_expired", { file, names, since: dayOf(toMs), advice });
  else if (leftMs < Math.min(SOON_MS, (toMs - fromMs) / 3)) {
    log.warn("certificate_expires", {
      file,
      names,
      on: dayOf(toMs),
      days: Math.floor(leftMs / DAY_MS),
      advice,
    });
  }
}
