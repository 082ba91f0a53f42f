import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Metadata, NO_METADATA } from "./file.ts";
import { mergeMetadata } from "./metadata_merge.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

function merged(
  keeper: Partial<Metadata>,
  removed: Partial<Metadata>,
  text: "merge" | "withhold" = "merge",
): ReturnType<typeof mergeMetadata> {
  return mergeMetadata({ ...NO_METADATA, ...keeper }, { ...NO_METADATA, ...removed }, { text });
}

test("mergeMetadata() takes the best rating, all tags and all caption lines", () => {
  const { after, conflicts } = merged(
    { rating: 2, tags: ["sea"], caption: "Beach\nDay one" },
    { rating: 4, tags: ["kids", "sea"], caption: "Day one\nDay two" },
  );
  assertEquals(after.rating, 4);
  assertEquals(after.tags, ["sea", "kids"]);
  assertEquals(after.caption, "Beach\nDay one\nDay two");
  assertEquals(conflicts, []);
});

test("mergeMetadata() fills what the keeper has not, and lists what does not fit", () => {
  const { after, conflicts } = merged(
    { editedName: "One" },
    { editedName: "Two", editedDateMs: 5, editedLocation: "Rome", editedOrientation: 6 },
  );
  assertEquals(after.editedName, "One");
  assertEquals(after.editedDateMs, 5);
  assertEquals(after.editedLocation, "Rome");
  assertEquals(after.editedOrientation, 6);
  assertEquals(conflicts, ["name: Two"]);
});

test("mergeMetadata() archives only what all archive, and leaves the hidden flag alone", () => {
  assertEquals(merged({ archived: true }, { archived: false }).after.archived, false);
  assertEquals(merged({ archived: true }, { archived: true }).after.archived, true);
  assertEquals(merged({ hidden: false }, { hidden: true }).after.hidden, false);
});

test("mergeMetadata() withholds text from others and names each value", () => {
  const { after, conflicts } = merged(
    { caption: "Beach" },
    {
      caption: "Ann's scar",
      tags: ["doctor"],
      editedName: "Scar",
      editedLocation: "Clinic",
      editedDateMs: 5,
      rating: 3,
    },
    "withhold",
  );
  assertEquals(after, { ...NO_METADATA, caption: "Beach", editedDateMs: 5, rating: 3 });
  assertEquals(conflicts, [
    "caption: Ann's scar",
    "tags: doctor",
    "name: Scar",
    "place: Clinic",
  ]);
});

test("merging a copy that says nothing new changes nothing", () => {
  const keeper = { caption: "Beach\n", rating: 3, tags: ["sea"], editedName: "One" };
  assertEquals(merged(keeper, { caption: "Beach", tags: ["sea"], rating: 1 }).conflicts, []);
  assertEquals(merged(keeper, { caption: "Beach" }).after, { ...NO_METADATA, ...keeper });
});

const METADATA: fc.Arbitrary<Metadata> = fc.record({
  caption: fc.array(fc.constantFrom("sea", "sand", "sun"), { maxLength: 2 }).map((lines) =>
    [...new Set(lines)].join("\n")
  ),
  rating: fc.nat({ max: 5 }),
  tags: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
  archived: fc.boolean(),
  hidden: fc.boolean(),
  editedName: fc.constantFrom(null, "One", "Two"),
  editedDateMs: fc.constantFrom(null, 1, 2),
  editedLocation: fc.constantFrom(null, "Rome"),
  editedOrientation: fc.constantFrom(null, 6),
});

test("several copies give the same sets, rating and archive mark in any order", () => {
  fc.assert(fc.property(METADATA, METADATA, METADATA, (keeper, first, second) => {
    const text = { text: "merge" } as const;
    const one = mergeMetadata(mergeMetadata(keeper, first, text).after, second, text).after;
    const two = mergeMetadata(mergeMetadata(keeper, second, text).after, first, text).after;
    const sets = (metadata: Metadata): unknown => [
      metadata.rating,
      metadata.archived,
      metadata.hidden,
      [...metadata.tags].sort(),
      metadata.caption.split("\n").sort(),
    ];
    assertEquals(sets(one), sets(two));
    const again = mergeMetadata(one, first, text);
    assertEquals(again.after, one);
  }));
});
