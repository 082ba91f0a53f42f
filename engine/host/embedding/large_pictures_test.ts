import type { EmbeddingOutcome } from "@scenekeep/models";
import { assertEquals } from "@std/assert";
import { isLargeWhenDecoded, LargeOneByOne } from "./large_pictures.ts";

const MIB = 1024 * 1024;

Deno.test("isLargeWhenDecoded() goes by kind and size", () => {
  assertEquals(isLargeWhenDecoded("a/b.AVIF", 10), true);
  assertEquals(isLargeWhenDecoded("a/b.jpg", 31 * MIB), false);
  assertEquals(isLargeWhenDecoded("a/b.jpg", 32 * MIB), true);
  assertEquals(isLargeWhenDecoded("a/b.png", 7 * MIB), false);
  assertEquals(isLargeWhenDecoded("a/b", 8 * MIB), true);
});

Deno.test("LargeOneByOne lets small pictures past the large ones that wait", async () => {
  const running: { path: string; end: (outcome: EmbeddingOutcome) => void }[] = [];
  const gate = new LargeOneByOne((path) => path.startsWith("/large"));
  const embed = (path: string): Promise<EmbeddingOutcome> =>
    new Promise((end) => running.push({ path, end }));
  const ended: string[] = [];
  for (const path of ["/large1", "/large2", "/small"]) {
    void gate.inTurn(path, () => embed(path)).then(() => ended.push(path));
  }
  const next = async (): Promise<string[]> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    return running.map(({ path }) => path);
  };
  assertEquals(await next(), ["/small", "/large1"]);
  for (const { end } of running.splice(0)) {
    end({ kind: "failed", code: "CORRUPT", reason: "for the test" });
  }
  assertEquals(await next(), ["/large2"]);
  assertEquals(ended, ["/small", "/large1"]);
});
