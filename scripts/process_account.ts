/**
 * What a process has used, by the kernel's account of it in /proc.
 *
 * @module
 */

/** Ticks a second in /proc/PID/stat; the kernel's fixed answer to user space. */
const TICKS = 100;
const PAGE_BYTES = 4096;

/** Processor time that a process has used so far, of all its threads, in seconds. */
export function cpuSecondsOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // The command's name, in brackets, may hold spaces: fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The resident memory of a process, in bytes. */
export function rssBytesOf(pid: number): number {
  return Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]) * PAGE_BYTES;
}
