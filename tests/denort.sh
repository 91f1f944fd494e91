#!/bin/bash
# Gets a real `denort`, the runtime that `deno compile` puts an application on, where npm can be reached and Deno's own downloads
# cannot, and prints its path:  DENORT_BIN="$(tests/denort.sh)" deno task compile --target linux-x64      (x86-64 Linux, glibc ≥ 2.27)
#
# The npm package below holds a program made by `deno compile` (Deno 2.9.4): that runtime, and an application embedded in it. The part
# of the ELF file that carries the application is taken off again. What is left has to have the SHA-256 below, so that it is the bare
# runtime, which is under the MIT licence. A `deno` of the same minor version compiles with it, and the program then tells 2.9.4.
set -eu
dir=${DENORT_TOOLS:-${TMPDIR:-/tmp}/denort-tools-$(id -u)}; out=$dir/denort-2.9.4
sum=723d45cca4f68bd66652da1e0d45562b0700317c1535981035f50f078785a131
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "denort: only for x86-64 Linux" >&2; exit 1; }
# What lies there is run: nobody else may have put it there.
mkdir -m 700 -p "$dir"
[ -O "$dir" ] && [ ! -L "$dir" ] && [ -z "$(find "$dir" -prune -perm /022)" ] ||
  { echo "denort: $dir is somebody else's, or others may write to it" >&2; exit 1; }
if [ ! -x "$out" ] || ! echo "$sum  $out" | sha256sum -c --status; then
  npm i --prefix "$dir" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error @chelonia/cli-x64-linux@3.4.0 >&2
  # Two that run at a time each write their own file, and the last one to be ready puts its in place.
  node - "$dir/node_modules/@chelonia/cli-x64-linux/chel" "$out.$$" <<'J'
const fs = require("fs"), [, , from, to] = process.argv, file = fs.readFileSync(from);
// Embedding put both header tables at the end with one entry more each. The old section table is still where it was: it begins as the new one does.
const sections = Number(file.readBigUInt64LE(40)), programs = Number(file.readBigUInt64LE(32));
const sectionCount = file.readUInt16LE(60) - 2, programCount = file.readUInt16LE(56) - 2;
const old = file.subarray(0, programs).lastIndexOf(file.subarray(sections, sections + 64 * file.readUInt16LE(62)));
const end = old + 64 * sectionCount;
if (old < 0 || end > programs || programs - end >= 4096) throw new Error("unexpected layout of " + from);
const bare = file.subarray(0, end);
bare.writeBigUInt64LE(64n, 32);
bare.writeBigUInt64LE(BigInt(old), 40);
bare.writeUInt16LE(programCount, 56);
bare.writeUInt16LE(sectionCount, 60);
fs.writeFileSync(to, bare, { mode: 0o755 });
J
  echo "$sum  $out.$$" | sha256sum -c --status || { rm -f "$out.$$"; echo "denort: the checksum differs" >&2; exit 1; }
  mv "$out.$$" "$out"
fi
echo "$out"
