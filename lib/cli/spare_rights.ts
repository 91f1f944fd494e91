/**
 * Rights of the compiled program that most commands do without.
 *
 * A program has its permissions from when it was compiled. What an application's modules do is not to have those that only one
 * command needs: whoever may run the compiler may do everything.
 *
 * @module
 */

const NEEDED_BY: Readonly<Record<"run" | "sys", readonly string[]>> = {
  run: ["compile"],
  // The inspector.
  sys: ["dev"],
};

/** Gives up, for as long as the program runs, what `command` does not need. Under `deno run`, who starts it has decided. */
export function giveUpSpareRights(command: string): void {
  if (!Deno.build.standalone) return;
  for (const [name, commands] of Object.entries(NEEDED_BY)) {
    if (!commands.includes(command)) Deno.permissions.revokeSync({ name: name as keyof typeof NEEDED_BY });
  }
}
