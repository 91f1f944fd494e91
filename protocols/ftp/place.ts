/**
 * Where in the folder a file may stand.
 *
 * @module
 */
import { FtpError } from "./failure.ts";
import { checkedName, numberedName } from "./name.ts";

/** Numbers are tried in turn up to this one, then at random: a name such as `image.png` comes again and again. */
const IN_TURN = 99;
const AT_RANDOM = 16;

/**
 * A path relative to the folder, each part of it a name.
 *
 * @throws {FtpError} `bad_name` when it is none.
 */
export function checkedPath(path: string): string {
  return path.split("/").map(checkedName).join("/");
}

/** The last part of a path. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Makes sure that what is there of a file's folders are folders, so that no link leads outside.
 *
 * @throws {FtpError} `bad_name` when something else is in the way.
 */
export async function checkFolders(folder: string, path: string): Promise<void> {
  const parts = path.split("/").slice(0, -1);
  let at = folder;
  for (const part of parts) {
    const info = await entry(at = `${at}/${part}`);
    if (info === undefined) return;
    if (!info.isDirectory) throw new FtpError("bad_name", "a link or a file stands in the way", path);
  }
}

/** What stands at a path, a link as such; `undefined` when nothing does. */
export async function entry(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Gives a complete file its name in one step. Nothing that is there is written over, nor is a link followed: where the name is
 * taken, the file gets a number.
 *
 * @param part The file.
 * @param folder The folder.
 * @param path Where the file is to stand, relative to the folder.
 * @param number Whether it may get a number.
 * @returns Where it stands now.
 * @throws {FtpError} `name_taken`, `bad_name`; or what the system throws.
 */
export async function settle(part: string, folder: string, path: string, number: boolean): Promise<string> {
  await checkFolders(folder, path);
  const name = nameIn(path);
  const way = path.slice(0, path.length - name.length);
  await Deno.mkdir(`${folder}/${way}`, { recursive: true });
  const own = await Deno.lstat(part);
  for (const candidate of candidates(name, number)) {
    const target = `${folder}/${way}${candidate}`;
    try {
      await give(part, target);
      return way + candidate;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    // The process died when the file had its name already.
    if (own.ino !== null && (own.nlink ?? 1) > 1 && await isSame(own, target)) return way + candidate;
  }
  throw new FtpError("name_taken", "the name is taken", path);
}

function* candidates(name: string, number: boolean): Generator<string> {
  yield name;
  if (!number) return;
  for (let i = 1; i <= IN_TURN; i++) yield numberedName(name, i);
  for (let i = 0; i < AT_RANDOM; i++) yield numberedName(name, 1000 + Math.floor(Math.random() * 1e9));
}

/** A second name for the file, which fails when it is taken; where the system has no such thing, a reserved name is taken over. */
async function give(part: string, target: string): Promise<void> {
  try {
    return await Deno.link(part, target);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists || error instanceof Deno.errors.NotFound) throw error;
  }
  (await Deno.open(target, { write: true, createNew: true })).close();
  try {
    await Deno.rename(part, target);
  } catch (error) {
    await Deno.remove(target);
    throw error;
  }
}

async function isSame(own: Deno.FileInfo, path: string): Promise<boolean> {
  const other = await entry(path);
  return other !== undefined && other.ino === own.ino && other.dev === own.dev;
}
