import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { NO_EXIF_FACTS, readExifFacts } from "./exif_facts.ts";

type Tags = ReadonlyMap<number, string | number>;

/** Writes EXIF data: one directory, and a second one that the first points at. */
function exif(first: Tags, second: Tags, isLittleEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2000);
  const view = new DataView(bytes.buffer);
  const order = isLittleEndian ? 0x49 : 0x4d;
  bytes.set([order, order]);
  view.setUint16(2, 42, isLittleEndian);
  view.setUint32(4, 8, isLittleEndian);
  let textAt = 1000;
  const write = (offset: number, tags: Tags): void => {
    view.setUint16(offset, tags.size, isLittleEndian);
    let entry = offset + 2;
    for (const [tag, value] of tags) {
      view.setUint16(entry, tag, isLittleEndian);
      if (typeof value === "number") {
        view.setUint16(entry + 2, 4, isLittleEndian);
        view.setUint32(entry + 4, 1, isLittleEndian);
        view.setUint32(entry + 8, value, isLittleEndian);
      } else {
        const text = new TextEncoder().encode(`${value}\0`);
        view.setUint16(entry + 2, 2, isLittleEndian);
        view.setUint32(entry + 4, text.length, isLittleEndian);
        if (text.length <= 4) bytes.set(text, entry + 8);
        else {
          view.setUint32(entry + 8, textAt, isLittleEndian);
          bytes.set(text, textAt);
          textAt += text.length;
        }
      }
      entry += 12;
    }
  };
  write(8, new Map<number, string | number>([...first, [34665, 500]]));
  write(500, second);
  return bytes;
}

const CAMERA: Tags = new Map([[271, "Google"], [272, "Pixel 6 Pro"]]);
const TIMES: Tags = new Map([[36867, "2023:10:06 08:31:08"], [36881, "+02:00"]]);

Deno.test("readExifFacts() reads time, zone and camera in both byte orders", () => {
  for (const isLittleEndian of [true, false]) {
    const data = exif(CAMERA, TIMES, isLittleEndian);
    const expected = {
      capturedAtLocal: "2023-10-06T08:31:08",
      capturedOffset: "+02:00",
      camera: "Google Pixel 6 Pro",
      isPreview: false,
    };
    assertEquals(readExifFacts(data), expected);
    const prefixed = Uint8Array.from([0x45, 0x78, 0x69, 0x66, 0, 0, ...data]);
    assertEquals(readExifFacts(prefixed), expected);
  }
});

Deno.test("readExifFacts() names the maker once, and takes what there is", () => {
  const cases: [Record<number, string>, string | null][] = [
    [{ 271: "NIKON CORPORATION", 272: "NIKON D800E" }, "NIKON D800E"],
    [{ 272: "X1" }, "X1"],
    [{ 271: "ACME" }, "ACME"],
    [{ 271: "  ", 272: "" }, null],
    [{ 272: "M" }, "M"],
  ];
  for (const [tags, camera] of cases) {
    const first = new Map(Object.entries(tags).map(([tag, value]) => [Number(tag), value]));
    assertEquals(readExifFacts(exif(first, new Map(), true)).camera, camera);
  }
});

Deno.test("readExifFacts() takes senseless times and zones for absent", () => {
  const cases: [string, string | null][] = [
    ["0000:00:00 00:00:00", null],
    ["    :  :     :  :  ", null],
    ["2023:02:29 10:00:00", null],
    ["2024:02:29 10:00:00", "2024-02-29T10:00:00"],
    ["2023:13:01 10:00:00", null],
    ["2023:01:01 24:00:00", null],
    ["1969:07:20 20:17:40", "1969-07-20T20:17:40"],
    ["2023-01-01T10:00:00", "2023-01-01T10:00:00"],
    ["yesterday", null],
  ];
  for (const [time, expected] of cases) {
    const facts = readExifFacts(exif(new Map(), new Map([[36867, time], [36881, "+99:00"]]), true));
    assertEquals(facts.capturedAtLocal, expected, time);
    assertEquals(facts.capturedOffset, null);
  }
});

Deno.test("readExifFacts() falls back to the time of digitizing with its own zone", () => {
  const times = new Map([[36868, "2001:02:03 04:05:06"], [36881, "+02:00"], [36882, "-05:00"]]);
  const facts = readExifFacts(exif(new Map(), times, false));
  assertEquals([facts.capturedAtLocal, facts.capturedOffset], ["2001-02-03T04:05:06", "-05:00"]);
});

Deno.test("readExifFacts() sees that a raw file shows a preview first", () => {
  assertEquals(readExifFacts(exif(new Map([[254, 1]]), new Map(), true)).isPreview, true);
  assertEquals(readExifFacts(exif(new Map([[50706, 1]]), new Map(), true)).isPreview, true);
  assertEquals(readExifFacts(exif(new Map([[254, 0]]), new Map(), true)).isPreview, false);
});

Deno.test("readExifFacts() never throws, whatever is damaged", () => {
  assertEquals(readExifFacts(new Uint8Array()), NO_EXIF_FACTS);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    readExifFacts(bytes);
  }));
  const whole = exif(CAMERA, TIMES, true);
  const damages = fc.array(fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 255 })), { maxLength: 20 });
  fc.assert(fc.property(damages, fc.nat({ max: 2000 }), (damage, length) => {
    const bytes = whole.slice();
    for (const [at, value] of damage) bytes[at] = value;
    readExifFacts(bytes.subarray(0, length));
  }));
});
