/** A file that is damaged, hostile or odd, made of real ones. */
export interface DamagedPicture {
  /** What was done to it. */
  readonly how: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes of one file, and of another for what takes from two. */
interface Originals {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** A whole number from 0 up to the limit. */
  readonly below: (limit: number) => number;
}

type Damage = (originals: Originals) => Uint8Array;

/** Bytes in which the format and the size of a picture are told. */
const HEAD_BYTES = 1024;
/** Most bytes of a file that is made longer, so that none grows without end. */
const LENGTH_MAX = 8 * 1024 * 1024;

const DAMAGES: Readonly<Record<string, Damage>> = {
  "cut short": ({ below, first }) => first.slice(0, below(first.length)),
  "cut in the head": ({ below, first }) => first.slice(0, below(HEAD_BYTES)),
  "empty": () => new Uint8Array(),
  "without its start": ({ below, first }) => first.slice(1 + below(HEAD_BYTES)),
  "bits turned": (originals) => turned(originals, originals.first.length, 40),
  "bits turned in the head": (originals) => turned(originals, HEAD_BYTES, 12),
  "bytes lost": ({ below, first }) => {
    const start = below(first.length);
    return joined(first.subarray(0, start), first.subarray(start + 1 + below(5000)));
  },
  "zeroes in it": ({ below, first }) => {
    const bytes = first.slice();
    const start = below(bytes.length);
    return bytes.fill(0, start, start + 1 + below(20_000));
  },
  "noise in it": ({ below, first }) => {
    const bytes = first.slice();
    const start = below(bytes.length);
    const end = Math.min(bytes.length, start + 1 + below(20_000));
    for (let at = start; at < end; at += 1) bytes[at] = below(256);
    return bytes;
  },
  "another's end": ({ below, first, second }) =>
    joined(first.subarray(0, below(first.length)), second.subarray(below(second.length))),
  "another's head": ({ first, second }) =>
    joined(second.subarray(0, HEAD_BYTES), first.subarray(HEAD_BYTES)),
  "another after it": ({ first, second }) => joined(first, second),
  "huge by its head": ({ below, first }) => hugeSize(first, below),
  "a part many times": ({ below, first }) => {
    const start = below(first.length);
    const part = first.subarray(start, start + 1 + below(3000));
    return joined(first.subarray(0, start), ...Array.from({ length: 50 }, () => part));
  },
  "noise behind a picture's name": ({ below, first }) => {
    const bytes = Uint8Array.from({ length: 4000 }, () => below(256));
    bytes.set(first.subarray(0, 16));
    return bytes;
  },
};

/** How files are damaged, in the order of the numbers. */
export const DAMAGE_KINDS: readonly string[] = Object.keys(DAMAGES);

/**
 * A damaged file: which damage by the number, what of it by the seed. The same numbers give the
 * same bytes.
 */
export function damagedPicture(
  seed: number,
  originals: readonly [Uint8Array, Uint8Array],
): DamagedPicture {
  let state = seed * 2654435761 | 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor((state >>> 8) / 2 ** 24 * Math.max(1, limit));
  };
  for (let warm = 0; warm < 8; warm += 1) below(1);
  const how = DAMAGE_KINDS[seed % DAMAGE_KINDS.length]!;
  const [first, second] = originals;
  const bytes = DAMAGES[how]!({ first, second, below });
  return { how, bytes: Uint8Array.from(bytes.subarray(0, LENGTH_MAX)) };
}

function turned({ below, first }: Originals, among: number, most: number): Uint8Array {
  const bytes = first.slice();
  for (let count = 1 + below(most); count > 0; count -= 1) {
    const at = below(Math.min(among, bytes.length));
    bytes[at] = bytes[at]! ^ (1 << below(8));
  }
  return bytes;
}

/** Says of a JPEG or a PNG that it is as large as its format can say. */
function hugeSize(first: Uint8Array, below: Originals["below"]): Uint8Array {
  const bytes = first.slice();
  if (bytes[0] === 0x89) {
    // Width and height of a PNG, of four bytes each.
    bytes.set([0, 0xff, 0xff, below(256), 0, 0xff, 0xff, below(256)], 16);
    return bytes;
  }
  for (let at = 2; at + 9 < bytes.length; at += 1) {
    const isFrame = bytes[at] === 0xff && (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2);
    if (!isFrame) continue;
    bytes.set([0xff, below(256), 0xff, below(256)], at + 5);
    break;
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
