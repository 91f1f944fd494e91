/**
 * Tells the service manager how a server is, as sd_notify(3) of systemd does: `Type=notify`, `Type=notify-reload` and
 * `WatchdogSec=` of a unit.
 *
 * @module
 */
import { N2OError } from "../../error.ts";
import type { Logger } from "../../log.ts";
import { missingPermission } from "../exit.ts";
import { printable } from "../problem.ts";
import { serviceVariable } from "./environment.ts";
import { type NotifySocket, openNotifySocket } from "./socket.ts";

/** What is told to a service manager. Without one, nothing happens. */
export interface Notifier {
  /** The server serves, for the first time or again; `status` is what `systemctl status` shows, in a line. */
  ready(status: string): void;
  /** A reload begins; {@linkcode ready} ends it, whatever came of it. */
  reloading(): void;
  /** The server ends, and may take so many milliseconds. */
  stopping(drainMs: number): void;
  /** Waits until all has been told, and ends it. */
  close(): Promise<void>;
}

/** Over what a drain takes, in milliseconds. */
const MARGIN_MS = 5000;
/** A status is no longer, in characters. */
const STATUS_LENGTH = 200;

/**
 * Opens the way to the service manager that `NOTIFY_SOCKET` names. Where that cannot be, the log says so once, with what to do,
 * and the server serves all the same.
 */
export function openNotifier(log: Logger): Notifier {
  const address = serviceVariable("NOTIFY_SOCKET");
  if (address === undefined) return SILENT;
  try {
    return new SystemNotifier(openNotifySocket(address), watchdogMs(log), log);
  } catch (error) {
    log.warn("notify_off", { address, ...reasonOf(error), instead: "Type=exec in the unit" });
    return SILENT;
  }
}

const SILENT: Notifier = {
  ready() {},
  reloading() {},
  stopping() {},
  close: () => Promise.resolve(),
};

class SystemNotifier implements Notifier {
  #socket: NotifySocket;
  #watchdogMs: number | undefined;
  #log: Logger;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #sent: Promise<void> = Promise.resolve();
  #waiting = 0;
  #failed = false;
  #closed = false;
  #stopping = false;

  constructor(socket: NotifySocket, watchdogMs: number | undefined, log: Logger) {
    this.#socket = socket;
    this.#watchdogMs = watchdogMs;
    this.#log = log;
  }

  ready(status: string): void {
    // What a reload comes to that the end has overtaken would be taken for a service that goes on.
    if (this.#stopping) return;
    this.#tell(["READY=1", `STATUS=${printable(status).slice(0, STATUS_LENGTH)}`]);
    if (this.#watchdogMs === undefined || this.#watchdog !== undefined || this.#closed) return;
    // A timer comes only while the event loop turns: a server that hangs says nothing.
    this.#watchdog = setInterval(() => {
      if (this.#waiting === 0) this.#tell(["WATCHDOG=1"]);
    }, this.#watchdogMs);
    Deno.unrefTimer(this.#watchdog);
  }

  reloading(): void {
    if (this.#stopping) return;
    // The manager takes this for the answer to its own request when it is not from before that, and looks at the time for nothing else.
    // Deno does not tell the system's monotonic clock, and /proc/uptime, which it shows to programs with all permissions, is that of the
    // container where there is one: it would be before every request. The wall clock counts from 1970 and so is never before one.
    this.#tell(["RELOADING=1", `MONOTONIC_USEC=${Date.now() * 1000}`, "STATUS=reloading"]);
  }

  stopping(drainMs: number): void {
    this.#tell([
      "STOPPING=1",
      "STATUS=stopping",
      `EXTEND_TIMEOUT_USEC=${(drainMs + MARGIN_MS) * 1000}`,
    ]);
    this.#stopping = true;
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    if (this.#closed) return;
    this.#closed = true;
    await this.#sent;
    this.#socket.close();
  }

  #tell(lines: readonly string[]): void {
    if (this.#closed) return;
    this.#waiting++;
    this.#sent = this.#sent.then(() => this.#socket.send(lines.join("\n"))).then(
      () => {
        this.#failed = false;
      },
      (error) => {
        if (!this.#failed) this.#log.warn("notify_failed", reasonOf(error));
        this.#failed = true;
      },
    ).finally(() => this.#waiting--);
  }
}

/** Half of the watchdog's time, in milliseconds; `undefined` where there is none, or it is meant for another process. */
function watchdogMs(log: Logger): number | undefined {
  const text = serviceVariable("WATCHDOG_USEC");
  const pid = serviceVariable("WATCHDOG_PID");
  if (text === undefined || (pid !== undefined && Number(pid) !== Deno.pid)) return undefined;
  const time = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  if (time > 0) return Math.min(Math.max(1, Math.floor(time / 2000)), 2 ** 31 - 1);
  log.warn("watchdog_off", { WATCHDOG_USEC: text });
  return undefined;
}

function reasonOf(error: unknown): { reason: string; advice?: string } {
  const missing = missingPermission(error);
  if (missing !== undefined) return { reason: missing.what, advice: missing.fix };
  if (error instanceof N2OError && error.code === "notify_unstable") {
    return { reason: "this runtime cannot send to such a socket", advice: error.message };
  }
  return { reason: error instanceof Error ? error.message : String(error) };
}
