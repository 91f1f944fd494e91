/**
 * The receiving end of sd_notify(3): a real datagram socket, which Deno cannot open for others to send to without a flag, and so a
 * few lines of Perl hold it.
 *
 * @module
 */

/** One message, by its fields. */
export type Notice = Readonly<Record<string, string>>;

const RECEIVER = `
use strict; use warnings; use IO::Socket::UNIX; use Socket;
$| = 1;
my $path = $ARGV[0]; $path =~ s/^\\@/\\0/;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $path) or die "no socket: $!";
print "open\\n";
while (defined(recv($socket, my $message, 65536, 0))) { print unpack("H*", $message), "\\n"; }
`;

/** Nothing that a test waits for takes longer. */
const PATIENCE_MS = 60_000;

/** Why there is no service manager here; `undefined` where there is. */
export async function lacksManager(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "sd_notify is Linux's";
  try {
    const { success } = await new Deno.Command("perl", { args: ["-MIO::Socket::UNIX", "-e", "1"] }).output();
    return success ? undefined : "this perl has no IO::Socket::UNIX";
  } catch {
    return "there is no perl to receive datagrams";
  }
}

/** What a service manager is told. Disposing of it ends it. */
export class ServiceManager implements AsyncDisposable {
  /** All that came. */
  readonly history: Notice[] = [];
  /** What came and {@linkcode told} has not passed. */
  readonly notices: Notice[] = [];
  #process: Deno.ChildProcess;
  #changed = Promise.withResolvers<void>();
  #reading: Promise<void>;
  #opened = Promise.withResolvers<void>();

  private constructor(address: string) {
    this.#process = new Deno.Command("perl", {
      args: ["-e", RECEIVER, address],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Listens at a path, or at `@` and an abstract name. */
  static async open(address: string): Promise<ServiceManager> {
    const manager = new ServiceManager(address);
    await manager.#opened.promise;
    return manager;
  }

  /** Waits for a message with this field, and gives it; those before it are forgotten. */
  async told(field: string, value?: string): Promise<Notice> {
    const late = Date.now() + PATIENCE_MS;
    for (;;) {
      const at = this.notices.findIndex((notice) =>
        field in notice && (value === undefined || notice[field] === value)
      );
      if (at !== -1) return this.notices.splice(0, at + 1)[at];
      let timer: ReturnType<typeof setTimeout> | undefined;
      const never = new Promise<never>((_, reject) => {
        const text = `never: ${field} in ${JSON.stringify(this.notices)}`;
        timer = setTimeout(() => reject(new Error(text)), Math.max(0, late - Date.now()));
      });
      await Promise.race([this.#changed.promise, never]).finally(() => clearTimeout(timer));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
    await this.#reading;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of this.#process.stdout) {
      const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        if (line === "open") this.#opened.resolve();
        else {
          const notice = fields(line);
          this.history.push(notice);
          this.notices.push(notice);
        }
      }
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    this.#opened.reject(new Error("no service manager"));
    this.#opened.promise.catch(() => {});
  }
}

function fields(hex: string): Notice {
  const text = new TextDecoder().decode(
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
  );
  return Object.fromEntries(text.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
