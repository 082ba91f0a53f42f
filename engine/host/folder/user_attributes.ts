/** Calls of the C library of Linux for what users attach to a file. */
export const ATTRIBUTE_SYMBOLS = {
  llistxattr: { parameters: ["buffer", "buffer", "usize"], result: "isize" },
  lgetxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "isize" },
  lsetxattr: { parameters: ["buffer", "buffer", "buffer", "usize", "i32"], result: "i32" },
} as const;

/** The names that users give, as against those of the system. */
const PREFIX = "user.";
/** The most that Linux allows for all names of a file, and for one value. */
const BYTES_MAX = 64 * 1024;

/**
 * Gives a file the attributes that a user attached to another one (`user.*`); both paths end with a
 * zero. False when one could not be read or kept, as on a file system without any.
 */
export function copyUserAttributes(
  { symbols }: Pick<Deno.DynamicLibrary<typeof ATTRIBUTE_SYMBOLS>, "symbols">,
  from: Uint8Array<ArrayBuffer>,
  to: Uint8Array<ArrayBuffer>,
): boolean {
  const { lgetxattr, llistxattr, lsetxattr } = symbols;
  // Most files have none, and some file systems know of none.
  const listed = Number(llistxattr(from, new Uint8Array(0), 0n));
  if (listed <= 0) return true;
  const list = new Uint8Array(BYTES_MAX);
  const filled = Number(llistxattr(from, list, BigInt(list.length)));
  if (filled < 0) return false;
  let isWhole = true;
  for (let at = 0; at < filled;) {
    const end = list.indexOf(0, at) + 1;
    const name = list.slice(at, end);
    at = end;
    if (!isOfUser(name)) continue;
    const value = new Uint8Array(BYTES_MAX);
    const length = Number(lgetxattr(from, name, value, BigInt(value.length)));
    const isKept = length >= 0 && lsetxattr(to, name, value, BigInt(length), 0) === 0;
    isWhole &&= isKept;
  }
  return isWhole;
}

function isOfUser(name: Uint8Array): boolean {
  return [...PREFIX].every((sign, index) => name[index] === sign.charCodeAt(0));
}
