import { assertEquals, assertThrows } from "@std/assert";
import { texturedPicture } from "../testing/textured_picture.ts";
import { localFeatures } from "./descriptors.ts";
import { decodeFeatures, encodeFeatures } from "./feature_bytes.ts";

Deno.test("decodeFeatures() reads what encodeFeatures() wrote, and nothing cut short", () => {
  const features = localFeatures(texturedPicture(4, 120, 90), 40);
  const text = encodeFeatures(features);
  assertEquals(decodeFeatures(text), features);
  const none = { ...features, places: new Float32Array(0), descriptors: new Uint8Array(0) };
  assertEquals(decodeFeatures(encodeFeatures(none)), none);
  assertThrows(() => decodeFeatures(text.slice(0, -8)), RangeError);
});
