import { assertEquals } from "@std/assert";
import { Footprint } from "./footprint.ts";
import { SearchState } from "./search_state.ts";

const OPEN = ["a", "b", "c", "d"];

/** Sleeping events, each of which touches nothing but itself. */
function asleep(...names: string[]): Map<string, Footprint> {
  return new Map(names.map((name) => {
    const footprint = new Footprint();
    footprint.changes.add(`actor ${name}`);
    return [name, footprint];
  }));
}

/** What is tried in a state, and what sleeps in it, each time that it is met. */
function meet(
  search: SearchState,
  ways: readonly (readonly string[])[],
): { tried: string[]; sleeping: string[] }[] {
  return ways.map((names) => {
    const { left, sleep } = search.enter("state", { open: OPEN, sleep: asleep(...names) });
    return { tried: left, sleeping: [...sleep.keys()] };
  });
}

Deno.test("enter() tries what sleeps no longer when a state is met again, nothing twice", () => {
  const search = new SearchState({});
  assertEquals(meet(search, [["a", "b"], ["b", "c"], ["a", "b", "c"], [], []]), [
    { tried: ["c", "d"], sleeping: ["a", "b"] },
    // "c" was tried here: only what slept both times sleeps in what "a" leads to.
    { tried: ["a"], sleeping: ["b"] },
    { tried: [], sleeping: ["b"] },
    { tried: ["b"], sleeping: [] },
    { tried: [], sleeping: [] },
  ]);
});

Deno.test("enter() takes each state for a new one where states are not merged", () => {
  const search = new SearchState({ mergesStates: false });
  assertEquals(meet(search, [["a", "b"], ["b", "c"]]), [
    { tried: ["c", "d"], sleeping: ["a", "b"] },
    { tried: ["a", "d"], sleeping: ["b", "c"] },
  ]);
});

Deno.test("enter() has only sleep what may happen, and sees a state on the way to itself", () => {
  const search = new SearchState({});
  const sleep = asleep("a", "elsewhere");
  const entered = search.enter("state", { open: OPEN, sleep });
  assertEquals([...entered.sleep.keys()], ["a"]);
  search.frames.push({ ...entered, chosen: "b", footprint: new Footprint() });
  search.enter("other", { open: OPEN, sleep });
  assertEquals(search.isInCircle, false);
  assertEquals(search.enter("state", { open: OPEN, sleep }).left, []);
  assertEquals(search.isInCircle, true);
});
