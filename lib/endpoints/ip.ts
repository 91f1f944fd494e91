/**
 * Internet addresses and networks.
 *
 * @module
 */
import { N2OError } from "../error.ts";

/** An address as 16 bytes; IPv4 stands in its IPv6 form (`::ffff:a.b.c.d`), so that both compare alike. */
export type IpBytes = Uint8Array;

/** A network: the addresses that share the first bits with one. */
export interface Network {
  /** An address of the network. */
  readonly address: IpBytes;
  /** How many of its 128 bits name the network. */
  readonly bits: number;
}

/** The longest text of an address: eight groups, the last two as IPv4, with room for a zone. */
const maxAddressLength = 64;

/**
 * Reads an IPv4 or IPv6 address without brackets and port; a zone (`%eth0`) is left out.
 *
 * @returns `undefined` for anything else, also for IPv4 with leading zeros, which some read as octal.
 */
export function parseIp(text: string): IpBytes | undefined {
  if (text.length > maxAddressLength) return undefined;
  const bytes = new Uint8Array(16);
  if (!text.includes(":")) {
    bytes[10] = bytes[11] = 0xff;
    return readIp4(text, bytes, 12) ? bytes : undefined;
  }
  const zone = text.indexOf("%");
  return readIp6(zone === -1 ? text : text.slice(0, zone), bytes) ? bytes : undefined;
}

/** The text of an address: dotted for IPv4, also when it came in its IPv6 form; RFC 5952 for IPv6. */
export function formatIp(bytes: IpBytes): string {
  if (isIp4(bytes)) return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes[2 * i] << 8 | bytes[2 * i + 1]);
  const [start, length] = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/**
 * Reads a network such as `10.0.0.0/8`, `2001:db8::/32`, `::ffff:10.0.0.0/104`, or a single address. Bits behind the
 * prefix do not count.
 *
 * @throws {N2OError} `bad_cidr` for anything else.
 */
export function parseNetwork(text: string): Network {
  const slash = text.indexOf("/");
  const name = slash === -1 ? text : text.slice(0, slash);
  const address = name.includes("%") ? undefined : parseIp(name);
  if (address !== undefined) {
    const width = name.includes(":") ? 128 : 32;
    const prefix = slash === -1 ? width : decimal(text.slice(slash + 1), 3);
    if (prefix !== undefined && prefix <= width) return { address, bits: 128 - width + prefix };
  }
  throw new N2OError("bad_cidr", `"${text}" is no network such as 10.0.0.0/8 or 2001:db8::/32`, text);
}

/** Whether an address lies in a network. */
export function isInside(address: IpBytes, network: Network): boolean {
  const whole = network.bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (address[i] !== network.address[i]) return false;
  }
  const rest = network.bits & 7;
  return rest === 0 || ((address[whole] ^ network.address[whole]) >> (8 - rest)) === 0;
}

function isIp4(bytes: IpBytes): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function readIp4(text: string, into: Uint8Array, at: number): boolean {
  const parts = text.split(".");
  if (parts.length !== 4) return false;
  return parts.every((part, i) => {
    const byte = decimal(part, 3);
    if (byte === undefined || byte > 255 || (part.length > 1 && part[0] === "0")) return false;
    into[at + i] = byte;
    return true;
  });
}

function readIp6(text: string, into: Uint8Array): boolean {
  const gap = text.indexOf("::");
  const head = groupsOf(gap === -1 ? text : text.slice(0, gap));
  const tail = gap === -1 ? [] : groupsOf(text.slice(gap + 2));
  if (head === undefined || tail === undefined) return false;
  if (gap === -1 ? head.length !== 16 : head.length + tail.length > 14) return false;
  // IPv4 may stand at the very end only.
  if (gap !== -1 && text.slice(0, gap).includes(".")) return false;
  into.set(head);
  into.set(tail, 16 - tail.length);
  return true;
}

/** The bytes of groups of hexadecimal digits, the last one possibly IPv4. */
function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (i === groups.length - 1 && group.includes(".")) {
      const dotted = new Uint8Array(4);
      if (!readIp4(group, dotted, 0)) return undefined;
      bytes.push(...dotted);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** Where the longest run of zero groups begins, the first of equals, and how long it is. */
function longestZeros(groups: number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best[1]) best = [start, length];
  }
  return best;
}

function decimal(text: string, maxDigits: number): number | undefined {
  return text.length <= maxDigits && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
