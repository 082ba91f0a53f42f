import { assertEquals, assertThrows } from "@std/assert";
import { crashName, readCrashName, StateGraph } from "./state_graph.ts";

const NOBODY: ReadonlySet<string> = new Set();

Deno.test("runsFrom() counts the paths, through events that were left out too", () => {
  // Two events that commute: "b" sleeps once "a" has happened after it was tried.
  const graph = new StateGraph();
  const [start, afterA, afterB, end] = [["a", "b"], ["b"], ["a"], []].map((open, index) =>
    graph.add(`${index}`, { open, sleeping: NOBODY })
  );
  start!.after.set("a", afterA!.id).set("b", afterB!.id);
  afterA!.after.set("b", end!.id);
  afterB!.slept.set("a", { from: start!.id, by: "b" });
  assertEquals(graph.runsFrom(0), { runs: 2n, isExact: true });
  assertEquals(graph.known("3"), end);
});

Deno.test("runsFrom() says that there are at least so many where something was not tried", () => {
  const graph = new StateGraph();
  graph.add(null, { open: ["a", "b"], sleeping: NOBODY });
  assertEquals(graph.runsFrom(0), { runs: 2n, isExact: false });
});

Deno.test("runsFrom() refuses a circle, and none where two ways only meet", () => {
  const graph = new StateGraph();
  const [start, left, right, end] = [["a", "b"], ["b"], ["a"], ["c"]].map((open, index) =>
    graph.add(`${index}`, { open, sleeping: NOBODY })
  );
  start!.after.set("a", left!.id).set("b", right!.id);
  left!.after.set("b", end!.id);
  right!.after.set("a", end!.id);
  end!.after.set("c", graph.add(null, { open: [], sleeping: NOBODY }).id);
  assertEquals(graph.runsFrom(0), { runs: 2n, isExact: true });
  // "c" leads back by an event that was left out in "left".
  end!.after.set("c", left!.id);
  assertThrows(() => graph.runsFrom(0), Error, "leads back");
  left!.after.delete("b");
  left!.slept.set("b", { from: start!.id, by: "a" });
  assertThrows(() => graph.runsFrom(0), Error, "leads back");
  end!.after.set("c", end!.id);
  assertThrows(() => graph.runsFrom(0), Error, "leads back");
});

Deno.test("openCrashes() opens each place once, under a name that can be read back", () => {
  const node = new StateGraph().add(null, { open: ["a"], sleeping: NOBODY });
  const added = node.openCrashes("a", 2);
  assertEquals(added, [crashName("a", 1), crashName("a", 2)]);
  assertEquals(node.openCrashes("a", 3), [crashName("a", 3)]);
  assertEquals(readCrashName(added[1]!), { event: "a", place: 2 });
  assertEquals(readCrashName("a"), { event: "a", place: 0 });
});
