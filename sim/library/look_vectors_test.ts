import { assertEquals } from "@std/assert";
import { LookVectors } from "./look_vectors.ts";
import { UNIT_LENGTH, VIRTUAL_MODEL } from "./virtual_model.ts";

function distance(left: Int16Array, right: Int16Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis += 1) {
    const difference = left[axis]! - right[axis]!;
    sum += difference * difference;
  }
  return sum;
}

Deno.test("LookVectors.vector() gives vectors of unit length", () => {
  const looks = new LookVectors(1, VIRTUAL_MODEL);
  for (let member = 0; member < 100; member += 1) {
    const vector = looks.vector(`scene${member}`, { kind: "around", member, offset: 700 });
    const length = Math.sqrt(distance(vector, new Int16Array(vector.length)));
    assertEquals(Math.abs(length - UNIT_LENGTH) < 4, true, `${length}`);
  }
});

Deno.test("LookVectors.vector() puts looks of a line as far apart as their places", () => {
  const looks = new LookVectors(2, VIRTUAL_MODEL);
  const at = (place: number): Int16Array => looks.vector("street", { kind: "line", place });
  assertEquals(distance(at(0), at(900)) <= VIRTUAL_MODEL.close, true);
  const apart = distance(at(0), at(1100));
  assertEquals(apart > VIRTUAL_MODEL.close && apart <= VIRTUAL_MODEL.similar, true);
  assertEquals(distance(at(0), at(3000)) > VIRTUAL_MODEL.related, true);
  assertEquals(at(500), at(500));
});

Deno.test("LookVectors.vector() keeps different scenes apart", () => {
  const looks = new LookVectors(3, VIRTUAL_MODEL);
  const vectors = Array.from(
    { length: 400 },
    (_, index) => looks.vector(`scene${index}`, { kind: "line", place: 0 }),
  );
  let nearest = Number.MAX_SAFE_INTEGER;
  for (const [index, left] of vectors.entries()) {
    for (const right of vectors.slice(index + 1)) {
      nearest = Math.min(nearest, distance(left, right));
    }
  }
  assertEquals(nearest > VIRTUAL_MODEL.related, true, `${nearest}`);
});

Deno.test("LookVectors.vector() is pinned, so that old runs repeat", () => {
  const looks = new LookVectors(7, VIRTUAL_MODEL);
  const vector = looks.vector("pinned", { kind: "around", member: 3, offset: 600 });
  assertEquals([...vector.subarray(0, 4)], [...PINNED]);
});

const PINNED = Int16Array.of(-12582, -18602, 10624, -4528);
