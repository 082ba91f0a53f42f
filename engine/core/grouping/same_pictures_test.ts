import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ContentHash } from "../library/ids.ts";
import { sameDigests } from "../library/same_picture.ts";
import type { ContentDigests } from "../messages/engine_types.ts";
import { cutToSame, samePairs, SamePictures, tierOfSame } from "./same_pictures.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function known(...rows: [string, string | null, string | null][]): ContentDigests[] {
  return rows.map(([hash, imageData, pixels]) => ({
    contentHash: hash as ContentHash,
    digests: { imageData, pixels },
  }));
}

function hashes(...names: string[]): ContentHash[] {
  return names as ContentHash[];
}

test("SamePictures keeps the members that hold the picture of another member", () => {
  const all = known(["a", "1", "p"], ["b", "1", "p"], ["c", "2", "p"], ["d", "3", "q"]);
  const same = new SamePictures(all);
  assertEquals(same.among(hashes("a", "c", "d", "e")), [all[0]!, all[2]!]);
  assertEquals(same.among(hashes("a", "d")), []);
  assertEquals(new SamePictures([]).among(hashes("a", "b")), []);
});

test("tierOfSame() wants all of a scene to be one picture", () => {
  const pair = known(["a", "1", "p"], ["b", "1", "p"]);
  assertEquals(tierOfSame(2, pair), "sameImage");
  assertEquals(tierOfSame(3, pair), null);
  assertEquals(tierOfSame(2, known(["a", "1", "p"], ["b", "2", "p"])), "samePixels");
  assertEquals(tierOfSame(2, known(["a", null, "p"], ["b", null, "p"])), "samePixels");
  const two = known(["a", "1", null], ["b", "1", null], ["c", "2", null], ["d", "2", null]);
  assertEquals(tierOfSame(4, two), null);
  assertEquals(tierOfSame(0, []), null);
});

test("cutToSame() parts a scene into its pictures, each with at least two contents", () => {
  const rows = known(
    ["a", "1", "p"],
    ["b", "1", "p"],
    ["c", "2", "p"],
    ["d", "3", null],
    ["e", "3", null],
    ["f", null, "q"],
  );
  const asText = (tier: "sameImage" | "samePixels"): string[] =>
    cutToSame(rows, tier).map((some) => some.map(({ contentHash }) => contentHash).join(""));
  assertEquals(asText("sameImage"), ["ab", "de"]);
  assertEquals(asText("samePixels"), ["abc", "de"]);
});

test("samePairs() counts each pair once, by the surer of both", () => {
  const digest = fc.constantFrom(null, "1", "2");
  // Equal data has equal pixels, or none is known.
  const row = fc.tuple(digest, digest).map(([data, pixels]) =>
    data === null ? [data, pixels] as const : [data, pixels === null ? null : data] as const
  );
  fc.assert(fc.property(fc.array(row, { maxLength: 8 }), (rows) => {
    const all = known(
      ...rows.map(([data, pixels], at) =>
        [`${at}`, data, pixels] as [string, string | null, string | null]
      ),
    );
    const among = new SamePictures(all).among(all.map(({ contentHash }) => contentHash));
    let imageData = 0;
    let pixels = 0;
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        const same = sameDigests(one.digests, other.digests);
        if (same === "imageData") imageData += 1;
        if (same === "pixels") pixels += 1;
      }
    }
    const expected = imageData + pixels === 0 ? null : { imageData, pixels };
    assertEquals(samePairs(among), expected);
  }));
});
