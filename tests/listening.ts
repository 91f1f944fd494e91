/**
 * Which ports this process listens on.
 *
 * @module
 */

/** How many TCP sockets of this process listen; `undefined` where the system does not tell. */
export function listening(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const own = new Set<string>();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      own.add(/^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(`/proc/self/fd/${name}`))?.[1] ?? "");
    } catch {
      // It has gone.
    }
  }
  const rows = Deno.readTextFileSync("/proc/self/net/tcp").split("\n").map((row) => row.trim().split(/\s+/));
  return rows.filter((row) => row[3] === "0A" && own.has(row[9])).length;
}
