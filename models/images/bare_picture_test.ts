import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { isBarePicture } from "./bare_picture.ts";

Deno.test("isBarePicture() is true of a JPEG without any block of words", () => {
  const bare = { bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xdb), format: "jpeg" } as const;
  assertEquals(isBarePicture(bare, {}), true);
  assertEquals(isBarePicture(bare, { exif: Buffer.of(1) }), false);
  for (const marker of [0xe0, 0xe1, 0xef]) {
    const bytes = Uint8Array.of(0xff, 0xd8, 0xff, marker);
    assertEquals(isBarePicture({ bytes, format: "jpeg" }, {}), false, String(marker));
  }
});

Deno.test("isBarePicture() is true of other kinds without words, and of no TIFF", () => {
  const bytes = new Uint8Array(20);
  assertEquals(isBarePicture({ bytes, format: "webp" }, {}), true);
  assertEquals(isBarePicture({ bytes, format: "png" }, { comments: [] }), true);
  const comment = [{ keyword: "Software", text: "shown" }];
  assertEquals(isBarePicture({ bytes, format: "png" }, { comments: comment }), false);
  assertEquals(isBarePicture({ bytes, format: "webp" }, { xmp: Buffer.of(1) }), false);
  assertEquals(isBarePicture({ bytes, format: "tiff" }, {}), false);
});
