import { assert, assertEquals, assertMatch } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { digestPixels, measurePhoto } from "./describer.ts";
import { drawPicture } from "./testing/drawn_picture.ts";
import { exifWayUp, joined, latin1Bytes, withSegment } from "./testing/picture_bytes.ts";

const NEEDS = { read: true, env: true, ffi: true, sys: true } as const;

async function drawn(): Promise<Uint8Array<ArrayBuffer>> {
  const { default: sharp } = await import("sharp");
  const { pixels, raw } = drawPicture({ subject: 2, widthPixels: 200, heightPixels: 150 });
  return Uint8Array.from(await sharp(pixels, { raw }).jpeg().toBuffer());
}

/** The picture with words on which way is up. */
function turned(photo: Uint8Array, way: number): Uint8Array<ArrayBuffer> {
  return withSegment(photo, 0xe1, joined(latin1Bytes("Exif\0\0"), exifWayUp(way)));
}

async function measured(photo: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const outcome = await measurePhoto(photo, null);
  assert(outcome.kind === "measured", JSON.stringify(outcome));
  return outcome.imageData;
}

permittedTest({
  name: "measurePhoto() tells image data that is shown the other way up apart, and no other words",
  needs: NEEDS,
  fn: async () => {
    const plain = await drawn();
    const found = await measured(plain);
    assertMatch(found!, /^[0-9a-f]{64}$/);
    assertEquals(await measured(turned(plain, 1)), found);
    assertEquals(await measured(withSegment(plain, 0xfe, latin1Bytes("words"))), found);
    const ways = [1, 2, 3, 4, 5, 6, 7, 8].map((way) => turned(plain, way));
    assertEquals(new Set(await Promise.all(ways.map(measured))).size, 8);
  },
});

permittedTest({
  name: "digestPixels() says why a file cannot be read, and nothing of a damaged picture",
  needs: NEEDS,
  fn: async () => {
    const plain = await drawn();
    const whole = await digestPixels(plain, null);
    assert(whole.kind === "pixelsDigested" && whole.pixels !== null);
    const cut = await digestPixels(plain.subarray(0, plain.length >> 1), null);
    assertEquals(cut, { kind: "pixelsDigested", pixels: null });
    const text = await digestPixels(latin1Bytes("text"), null);
    assertEquals(text.kind === "failed" && text.code, "NOT_AN_IMAGE");
    const changed = await digestPixels(plain, "another");
    assertEquals(changed.kind === "failed" && changed.code, "CHANGED");
  },
});
