/**
 * The transfers that are known, and what they count for against the quotas.
 *
 * @module
 */
import { FtpError } from "./failure.ts";
import type { FtpLimits } from "./options.ts";
import { Pace } from "./pace.ts";
import type { Transfer } from "./transfer.ts";

/** A transfer that is finished: remembered, since its client may have missed the last answer. */
export interface Finished {
  /** The visitor's digest. */
  readonly visitor: string;
  /** Where the file stands, relative to the folder. */
  readonly path: string;
  /** Its size in bytes. */
  readonly size: number;
  /** When it was finished, in milliseconds since 1970. */
  readonly at: number;
}

/** What one visitor has. */
class Account {
  /** Transfers in progress. */
  open = 0;
  /** The sizes claimed for them. */
  pending = 0;
  /** What was finished and is still remembered. */
  finished = 0;
  /** How many files these are. */
  files = 0;
  pace: Pace | undefined;
}

/** A transfer of which nothing comes for so long makes room like one whose client is gone, in milliseconds. */
const QUIET_MS = 60_000;
/** As many blocks ahead of their rate are taken. */
const BLOCKS_AHEAD = 32;
/** With each further so many visitors, those are looked for of whom there is nothing to be known. */
const MANY = 4096;
/** Finished transfers that are remembered; the oldest are forgotten first. */
const MAX_FINISHED = 65_536;

/** The transfers that are known, by key. */
export class Table {
  /** Transfers in progress. */
  readonly transfers: Map<string, Transfer> = new Map();
  /** Transfers that are finished; the oldest is the first. */
  readonly finished: Map<string, Finished> = new Map();
  #accounts = new Map<string, Account>();
  #limits: FtpLimits;

  /** Makes an empty table. */
  constructor(limits: FtpLimits) {
    this.#limits = limits;
  }

  /**
   * Makes room for a transfer: gives those in progress that have to go, the visitor's own or, when all is full, anybody's. Only
   * such go as nobody is sending, the smallest first.
   *
   * @throws {FtpError} `too_many_transfers` or `quota_exceeded` when there is no room to be made.
   */
  makeRoom(visitor: string, size: number): Transfer[] {
    const { maxPendingBytes, maxVisitorBytes, maxVisitorFiles, maxVisitorTransfers, maxTransfers } =
      this.#limits;
    const account = this.#accounts.get(visitor) ?? new Account();
    if (account.files + account.open >= maxVisitorFiles) {
      throw new FtpError("quota_exceeded", "the visitor has sent too many files", account.files);
    }
    if (size > maxPendingBytes || account.finished + size > maxVisitorBytes) {
      throw new FtpError("quota_exceeded", "the visitor's quota is used up", size);
    }
    const going: Transfer[] = [];
    let { open, pending } = account;
    const own = this.#idle((transfer) => transfer.visitor === visitor);
    for (;;) {
      const crowded = open >= maxVisitorTransfers;
      const full = pending + size > maxPendingBytes || account.finished + pending + size > maxVisitorBytes;
      if (!crowded && !full) break;
      const next = own.shift();
      if (next === undefined) {
        throw new FtpError(
          crowded ? "too_many_transfers" : "quota_exceeded",
          "the visitor has too much",
          size,
        );
      }
      going.push(next);
      open--;
      pending -= next.claim;
    }
    if (this.transfers.size - going.length >= maxTransfers) {
      const next = this.#idle((transfer) => !going.includes(transfer))[0];
      if (next === undefined) throw new FtpError("too_many_transfers", "too many transfers in all");
      going.push(next);
    }
    return going;
  }

  /** Adds a transfer. */
  add(transfer: Transfer, claim: number): Transfer {
    this.transfers.set(transfer.key, transfer);
    this.#account(transfer.visitor).open++;
    this.claim(transfer, claim);
    return transfer;
  }

  /** Counts a transfer for so many bytes from now on. */
  claim(transfer: Transfer, bytes: number): void {
    this.#account(transfer.visitor).pending += bytes - transfer.claim;
    transfer.claim = bytes;
  }

  /** Takes a transfer out: it is over. */
  remove(transfer: Transfer): void {
    transfer.over = true;
    if (this.transfers.get(transfer.key) !== transfer) return;
    this.transfers.delete(transfer.key);
    const account = this.#account(transfer.visitor);
    account.open--;
    account.pending -= transfer.claim;
    transfer.claim = 0;
    this.#tidy(transfer.visitor);
  }

  /** Remembers a finished transfer; gives those that are forgotten for it, by key. */
  finish(key: string, finished: Finished): [string, Finished][] {
    this.finished.set(key, finished);
    const account = this.#account(finished.visitor);
    account.finished += finished.size;
    account.files++;
    const forgotten: [string, Finished][] = [];
    for (const oldest of this.finished) {
      if (this.finished.size <= MAX_FINISHED) break;
      this.forget(oldest[0]);
      forgotten.push(oldest);
    }
    return forgotten;
  }

  /** Forgets a finished transfer. */
  forget(key: string): void {
    const finished = this.finished.get(key);
    if (finished === undefined) return;
    this.finished.delete(key);
    const account = this.#account(finished.visitor);
    account.finished -= finished.size;
    account.files--;
    this.#tidy(finished.visitor);
  }

  /** Gives a transfer to the visitor that its own has become by logging in. */
  move(transfer: Transfer, visitor: string, key: string): void {
    const { claim } = transfer;
    this.remove(transfer);
    transfer.over = false;
    transfer.visitor = visitor;
    transfer.key = key;
    this.add(transfer, claim);
  }

  /** The visitor's pace; `undefined` where the rate has no limit. */
  pace(visitor: string): Pace | undefined {
    const { maxBytesPerSecond, blockBytes } = this.#limits;
    if (maxBytesPerSecond === Infinity) return undefined;
    return this.#account(visitor).pace ??= new Pace(maxBytesPerSecond, BLOCKS_AHEAD * blockBytes);
  }

  /** Forgets visitors of whom there is nothing to be known any more. */
  tidy(): void {
    for (const visitor of this.#accounts.keys()) this.#tidy(visitor);
  }

  /** How many visitors are known. */
  get visitors(): number {
    return this.#accounts.size;
  }

  #idle(matches: (transfer: Transfer) => boolean): Transfer[] {
    const now = Date.now();
    return [...this.transfers.values()].filter((one) =>
      one.asking === 0 && (one.owner === undefined || now - one.touched > QUIET_MS) && matches(one)
    )
      .sort((a, b) => a.offset - b.offset || a.touched - b.touched);
  }

  #account(visitor: string): Account {
    let account = this.#accounts.get(visitor);
    if (account !== undefined) return account;
    // Those who only sent fast are forgotten soon, however many they are.
    if (this.#accounts.size % MANY === MANY - 1) this.tidy();
    this.#accounts.set(visitor, account = new Account());
    return account;
  }

  #tidy(visitor: string): void {
    const account = this.#accounts.get(visitor);
    if (account === undefined || account.open > 0 || account.finished > 0) return;
    if (account.pace?.isEven(Date.now()) ?? true) this.#accounts.delete(visitor);
  }
}
