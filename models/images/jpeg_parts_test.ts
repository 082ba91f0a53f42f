import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { joined, jpegSegment, latin1Bytes, withSegment } from "../testing/picture_bytes.ts";
import { imageDataDigest } from "./image_data.ts";
import { jpegParts } from "./jpeg_parts.ts";

const START = Uint8Array.of(0xff, 0xd8);
const END = Uint8Array.of(0xff, 0xd9);

/** A frame of three components with these names. */
function frame(...names: readonly number[]): Uint8Array<ArrayBuffer> {
  const components = names.flatMap((name) => [name, 0x11, 0]);
  return jpegSegment(0xc0, Uint8Array.of(8, 0, 8, 0, 8, names.length, ...components));
}

const SCAN_HEAD = jpegSegment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0));

/** Stuffed bytes and restarts are data. */
const SCAN = joined(SCAN_HEAD, Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xff, 0xd7, 4));

function jpeg(...segments: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined(START, ...segments, frame(1, 2, 3), SCAN, END);
}

function digest(bytes: Uint8Array): string | null {
  return imageDataDigest({ bytes, format: "jpeg" }, 1);
}

const PLAIN = jpeg();

Deno.test("jpegParts() takes a file apart, with restarts, stuffed bytes and several scans", () => {
  const table = jpegSegment(0xdb, Uint8Array.of(9));
  const file = joined(START, table, frame(1, 2, 3), SCAN, SCAN, END, Uint8Array.of(7));
  const names = jpegParts(file)!.map(({ name, pieces, role }) => [name, role, pieces[0]!.length]);
  assertEquals(names, [
    ["segment db", "picture", 1],
    ["segment c0", "picture", 15],
    ["segment da", "picture", 6],
    ["scan data", "picture", 11],
    ["segment da", "picture", 6],
    ["scan data", "picture", 11],
    ["behind", "besides", 1],
  ]);
});

Deno.test("imageDataDigest() leaves fill bytes and zeros behind the end of a JPEG out", () => {
  const filled = joined(START, Uint8Array.of(0xff, 0xff), PLAIN.subarray(2));
  assertEquals(digest(filled), digest(PLAIN));
  assertEquals(digest(joined(PLAIN, new Uint8Array(40))), digest(PLAIN));
  const behind = joined(PLAIN, new Uint8Array(40), Uint8Array.of(1));
  assertNotEquals(digest(behind), digest(PLAIN));
  assertNotEquals(digest(behind), null);
});

Deno.test("imageDataDigest() is null for a JPEG that is damaged or cut", () => {
  for (let length = 0; length < PLAIN.length; length++) {
    assertEquals(digest(PLAIN.subarray(0, length)), null, `${length}`);
  }
  const damaged: Readonly<Record<string, Uint8Array>> = {
    "no frame": joined(START, SCAN, END),
    "no scan": joined(START, frame(1, 2, 3), END),
    "restart outside": jpeg(Uint8Array.of(0xff, 0xd0)),
    "second start": jpeg(START),
    "second start with a length": jpeg(jpegSegment(0xd8, new Uint8Array())),
    "stuffing outside": jpeg(Uint8Array.of(0xff, 0)),
    "bytes between": jpeg(Uint8Array.of(5)),
    "short length": jpeg(Uint8Array.of(0xff, 0xe1, 0, 1)),
    "long length": joined(PLAIN.subarray(0, -2), Uint8Array.of(0xff, 0xfe, 0xff, 0xff), END),
  };
  for (const [why, bytes] of Object.entries(damaged)) assertEquals(digest(bytes), null, why);
});

Deno.test("imageDataDigest() counts a profile and the block of Adobe in a JPEG", () => {
  const colours = [
    [0xe2, "ICC_PROFILE\0\x01\x01data"],
    [0xe2, "ICC_PROFILE\0\x01\x01date"],
    [0xee, "Adobe\0\x64\0\0\0\0\x01"],
    [0xee, "Adobe\0\x64\0\0\0\0\0"],
  ] as const;
  const digests = colours.map(([marker, text]) => {
    return digest(withSegment(PLAIN, marker, latin1Bytes(text)));
  });
  assertEquals(new Set([...digests, digest(PLAIN), null]).size, 6);
  // The same names at other markers are words.
  assertEquals(digest(withSegment(PLAIN, 0xe3, latin1Bytes("ICC_PROFILE\0"))), digest(PLAIN));
  assertEquals(digest(withSegment(PLAIN, 0xe2, latin1Bytes("MPF\0"))), digest(PLAIN));
});

Deno.test("imageDataDigest() counts JFIF where it decides about colours, and nowhere else", () => {
  const jfif = latin1Bytes("JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
  const named = (...names: readonly number[]): Uint8Array => {
    return joined(START, frame(...names), SCAN, END);
  };
  const adobe = (transform: number): Uint8Array => {
    const block = latin1Bytes(`Adobe\0\x64\0\0\0\0${String.fromCharCode(transform)}`);
    return jpeg(jpegSegment(0xee, block));
  };
  const counts = (file: Uint8Array): boolean => {
    return digest(withSegment(file, 0xe0, jfif)) !== digest(file);
  };
  assert(!counts(PLAIN) && !counts(adobe(1)) && !counts(named(1)));
  // A file that says RGB, by Adobe's block or the names "R", "G" and "B", is YCbCr with JFIF.
  assert(counts(adobe(0)) && counts(named(0x52, 0x47, 0x42)));
});

const WORDS = fc.record({
  marker: fc.constantFrom(0xe0, 0xe1, 0xe2, 0xe3, 0xea, 0xed, 0xee, 0xef, 0xfe),
  payload: fc.uint8Array({ maxLength: 300 }),
});

Deno.test("imageDataDigest() of a JPEG stays when words are put anywhere between segments", () => {
  const table = jpegSegment(0xdb, Uint8Array.of(9));
  const segments = [table, table, frame(1, 2, 3), SCAN, SCAN];
  const whole = digest(joined(START, ...segments, END));
  const place = fc.nat({ max: segments.length });
  fc.assert(fc.property(WORDS, place, ({ marker, payload }, at) => {
    const word = jpegSegment(marker, payload);
    const file = joined(START, ...segments.slice(0, at), word, ...segments.slice(at), END);
    assertEquals(digest(file), whole);
  }));
});

Deno.test("imageDataDigest() of a JPEG changes with any byte that is no word", () => {
  const word = jpegSegment(0xe1, latin1Bytes("Exif\0\0words"));
  const table = jpegSegment(0xdb, Uint8Array.of(9, 8, 7));
  const file = joined(START, word, table, frame(1, 2, 3), SCAN, SCAN, END, latin1Bytes("video"));
  const whole = digest(file);
  assertNotEquals(whole, null);
  for (let at = 0; at < file.length; at++) {
    if (at >= 2 && at < 2 + word.length) continue;
    for (let byte = 0; byte < 256; byte++) {
      if (file[at] === byte) continue;
      const changed = file.slice();
      changed[at] = byte;
      assertNotEquals(digest(changed), whole, `${at} ${byte}`);
    }
  }
});

Deno.test("jpegParts() ends on any bytes", () => {
  const likely = fc.array(
    fc.oneof(fc.constantFrom(0xff, 0, 0xd8, 0xd9, 0xda, 0xc0, 0xe1, 2), fc.nat({ max: 255 })),
    { maxLength: 400 },
  );
  fc.assert(fc.property(likely, (bytes) => {
    jpegParts(Uint8Array.from([0xff, 0xd8, ...bytes]));
  }));
});

Deno.test("jpegParts() goes through a million words, and as many stuffed bytes", () => {
  const words = joined(...Array.from({ length: 1000 }, () => jpegSegment(0xfe, new Uint8Array())));
  const many = joined(START, ...Array.from({ length: 1000 }, () => words), frame(1), SCAN, END);
  assertEquals(digest(many), digest(joined(START, frame(1), SCAN, END)));
  const stuffed = Uint8Array.from({ length: 2 ** 21 }, (_, at) => at % 2 === 0 ? 0xff : 0);
  assertNotEquals(digest(joined(START, frame(1), SCAN, stuffed, END)), null);
  assertEquals(digest(joined(START, frame(1), SCAN, stuffed)), null);
});
