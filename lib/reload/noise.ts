/**
 * Files that editors, version control and other programs make beside those that are meant.
 *
 * @module
 */

/** Folders in which nothing is meant for an application; the last one is where macOS saves a document before it is moved. */
const FOLDERS =
  /(?:^|[\\/])(?:\.git|\.hg|\.svn|\.jj|node_modules|\.n2o|[^\\/]*\.sb-[0-9a-f]{8}-\w{6})(?:[\\/]|$)/;

const FILES = [
  // vim: its probe whether a folder may be written, swap and undo files, backups
  /^4913$/,
  /^\..*\.sw[a-px]$/,
  /^\..*\.un~$/,
  /~$/,
  // Emacs: locks and automatic saves
  /^\.#/,
  /^#.*#$/,
  // JetBrains: the two halves of a safe write
  /___jb_(?:tmp|old)___$/,
  // VS Code, sed, rsync and others: what is renamed over the file in a moment
  /\.tmp(?:[.-].*)?$/i,
  /^sed[A-Za-z0-9]{6}$/,
  /^\..+\.[A-Za-z0-9]{6}$/,
  /\.(?:crswap|part|crdownload)$/i,
  // file managers and network drives
  /^\.DS_Store$/,
  /^\._/,
  /^Thumbs\.db$/i,
  /^desktop\.ini$/i,
  /^\.fuse_hidden/,
  /^\.nfs[0-9a-f]+/,
];

/** Whether a path is one that programs leave beside what is meant. What becomes of it, under another name, is told by itself. */
export function isNoise(path: string): boolean {
  if (FOLDERS.test(path)) return true;
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return FILES.some((pattern) => pattern.test(name));
}
