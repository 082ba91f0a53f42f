import { assertEquals } from "@std/assert";
import { captureUnits } from "./capture_units.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("captureUnits() joins RAW, JPEG and sidecars of one name", () => {
  const captures = captureUnits(["a/IMG_1.CR2", "a/IMG_1.JPG", "a/IMG_1.CR2.xmp", "a/IMG_1.xmp"]);
  assertEquals([...captures.values()], ["a/IMG_1", "a/IMG_1", "a/IMG_1", "a/IMG_1"]);
});

test("captureUnits() joins the two halves of a live photo", () => {
  assertEquals(captureUnits(["IMG_2.HEIC", "IMG_2.MOV"]).size, 2);
});

test("captureUnits() leaves two plain pictures of one name apart", () => {
  assertEquals(captureUnits(["a.jpg", "a.png"]).size, 0);
});

test("captureUnits() needs the same folder and the same name", () => {
  assertEquals(captureUnits(["a/IMG_1.CR2", "b/IMG_1.JPG", "a/IMG_2.JPG"]).size, 0);
});

test("captureUnits() makes no shot of a lone sidecar or of videos", () => {
  assertEquals(captureUnits(["x.mp4", "x.xmp", "y.xmp"]).size, 0);
});
