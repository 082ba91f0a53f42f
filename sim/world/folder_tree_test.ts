import { assertEquals } from "@std/assert";
import type { Link, NameStep, ObjectName, PortError, RequestKey } from "@scenekeep/engine/core";
import { FolderTree } from "./folder_tree.ts";
import type { HolderOutcome } from "./object_holder.ts";

const DONE = { kind: "done", result: { kind: "acknowledged" } } as const;

Deno.test("FolderTree replace puts a link under the name and the bytes into the slot, once", () => {
  const tree = photos();
  const replace = {
    action: "replace",
    path: "b",
    target: "a",
    slot: "1",
    expectedHash: "x",
  } as const;
  assertEquals(tree.change(link(replace)), DONE);
  assertEquals(tree.node("b"), { kind: "link", target: "a" });
  assertEquals(tree.content(name("b")), { sizeBytes: 1, contentHash: "x" });
  assertEquals(tree.content(name("trash/1")), { sizeBytes: 1, contentHash: "x" });
  assertEquals(tree.change(link(replace)), DONE);
  assertEquals([...tree.nodes()].length, 3);
});

Deno.test("FolderTree refuses a replacement that would lose content", () => {
  const tree = photos();
  const base = { action: "replace", path: "b", target: "a", slot: "1", expectedHash: "x" } as const;
  assertEquals(tree.change(link({ ...base, expectedHash: "y" })), failed("changed"));
  assertEquals(tree.change(link({ ...base, target: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link({ ...base, target: "b" })), failed("missing"));
  assertEquals(tree.change(link({ ...base, path: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link({ ...base, slot: null })), failed("refused"));
  tree.change(link({ action: "discard", path: "c", slot: "1" }));
  assertEquals(tree.change(link(base)), failed("refused"));
  assertEquals(tree.content(name("b")), { sizeBytes: 1, contentHash: "x" });
});

Deno.test("FolderTree restore brings back what a slot holds, over a link, never over bytes", () => {
  const tree = photos();
  tree.change(link({ action: "replace", path: "b", target: "a", slot: "1", expectedHash: "x" }));
  const away = { action: "restore", path: "b", slot: "1", expectedHash: "x" } as const;
  const restore = { ...away, target: "a" } as const;
  assertEquals(tree.change(link(away)), failed("changed"));
  assertEquals(tree.change(link({ ...restore, path: "c" })), failed("changed"));
  assertEquals(tree.change(link({ ...restore, expectedHash: "y" })), failed("changed"));
  assertEquals(tree.change(link(restore)), DONE);
  assertEquals(tree.node("b"), { kind: "bytes", content: { sizeBytes: 1, contentHash: "x" } });
  assertEquals(tree.change(link(restore)), DONE);
  assertEquals(tree.change(link({ action: "restore", path: "d", slot: "1" })), failed("missing"));
});

Deno.test("FolderTree discard takes the name away once", () => {
  const tree = photos();
  const discard = { action: "discard", path: "b", slot: "1", expectedHash: "x" } as const;
  assertEquals(tree.change(link({ ...discard, expectedHash: "y" })), failed("changed"));
  assertEquals(tree.change(link(discard)), DONE);
  assertEquals([tree.node("b"), tree.slot("1")?.kind], [null, "bytes"]);
  assertEquals(tree.change(link(discard)), DONE);
  assertEquals(tree.change(link({ ...discard, slot: "2" })), failed("missing"));
});

Deno.test("FolderTree add and unlink touch links only", () => {
  const tree = photos();
  const add = { action: "add", path: "d", target: "a" } as const;
  assertEquals(tree.change(link(add)), DONE);
  assertEquals(tree.change(link(add)), DONE);
  assertEquals(tree.change(link({ ...add, path: "b" })), failed("changed"));
  assertEquals(tree.change(link({ ...add, path: "e", target: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link({ action: "unlink", path: "a" })), failed("refused"));
  const unlink = { action: "unlink", path: "d", target: "b" } as const;
  assertEquals(tree.change(link(unlink)), failed("changed"));
  assertEquals(tree.change(link({ ...unlink, target: "a" })), DONE);
  assertEquals(tree.change(link({ ...unlink, target: "a" })), DONE);
});

Deno.test("FolderTree is a place for objects too", () => {
  const tree = photos();
  assertEquals(tree.write(name("new"), { sizeBytes: 3, contentHash: "z" }), DONE);
  assertEquals(tree.write(name("a"), { sizeBytes: 3, contentHash: "z" }), failed("changed"));
  tree.change(link({ action: "add", path: "d", target: "a" }));
  assertEquals(tree.write(name("d"), { sizeBytes: 1, contentHash: "x" }), failed("refused"));
  assertEquals(tree.remove(name("d"), null), failed("refused"));
  assertEquals(tree.remove(name("new"), "other"), failed("changed"));
  assertEquals(tree.remove(name("new"), "z"), DONE);
  tree.change(link({ action: "discard", path: "c", slot: "9" }));
  assertEquals(tree.remove(name("trash/9"), "y"), DONE);
  assertEquals([tree.slot("9"), [...tree.objects()].length], [null, 2]);
});

Deno.test("FolderTree gives no content for a link that leads nowhere or around", () => {
  const tree = photos();
  tree.change(link({ action: "add", path: "d", target: "c" }));
  tree.erase(name("c"));
  assertEquals(tree.content(name("d")), null);
});

Deno.test("FolderTree makes all steps of a change or none, also of an earlier attempt", () => {
  const tree = photos();
  const steps = [
    { action: "replace", path: "b", target: "a", slot: "1" },
    { action: "discard", path: "c", slot: "2", expectedHash: "y" },
    { action: "discard", path: "a", slot: "3", expectedHash: "y" },
  ] as const;
  const before = [...tree.nodes()].toSorted();
  assertEquals(tree.change(link(...steps)), failed("changed"));
  assertEquals([[...tree.nodes()].toSorted(), [...tree.slots()]], [before, []]);
  tree.changePart(link(...steps), 2);
  assertEquals([...tree.slots()].length, 2);
  assertEquals(tree.change(link(...steps)), failed("changed"));
  assertEquals([[...tree.nodes()].toSorted(), [...tree.slots()]], [before, []]);
  tree.changePart(link(...steps.slice(0, 2)), 1);
  assertEquals(tree.change(link(...steps.slice(0, 2))), DONE);
  const back = [
    { action: "restore", path: "c", slot: "2" },
    { action: "restore", path: "b", slot: "1", target: "a" },
  ] as const;
  tree.changePart(link(...back), 1);
  assertEquals(tree.change(link(...back)), DONE);
  assertEquals([[...tree.nodes()].toSorted(), [...tree.slots()]], [before, []]);
});

Deno.test("FolderTree mends links to nothing, and nothing else", () => {
  const tree = photos();
  tree.change(link({ action: "add", path: "l", target: "a" }));
  const mend = { action: "mend", path: "l", target: "b", expectedHash: "x" } as const;
  assertEquals(tree.change(link(mend)), failed("changed"));
  tree.erase(name("a"));
  assertEquals(tree.change(link({ ...mend, target: "c" })), failed("changed"));
  assertEquals(tree.change(link({ ...mend, target: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link({ ...mend, path: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link({ ...mend, path: "c" })), failed("changed"));
  for (let time = 0; time < 2; time += 1) assertEquals(tree.change(link(mend)), DONE);
  assertEquals(tree.node("l"), { kind: "link", target: "b" });
});

Deno.test("FolderTree moves bytes to another name, links follow, and all of it goes back", () => {
  const tree = photos();
  tree.change(link({ action: "add", path: "l", target: "a" }));
  tree.change(link({ action: "add", path: "m", target: "a" }));
  const before = [...tree.nodes()].toSorted();
  const move = { action: "move", path: "l", target: "a", sameAs: "a", expectedHash: "x" } as const;
  const steps = [
    move,
    { action: "relink", path: "m", target: "l", sameAs: "a" },
    { action: "unlink", path: "a", target: "l" },
  ] as const;
  assertEquals(tree.change(link({ ...move, expectedHash: "y" })), failed("changed"));
  assertEquals(tree.change(link({ ...move, sameAs: null })), failed("changed"));
  assertEquals(tree.change(link({ ...move, path: "c" })), failed("changed"));
  assertEquals(tree.change(link({ ...move, target: "nowhere" })), failed("missing"));
  assertEquals(tree.change(link(...steps, { ...steps[1], path: "b" })), failed("changed"));
  assertEquals([...tree.nodes()].toSorted(), before);
  for (const part of [0, 1, 2, 3, 3]) {
    tree.changePart(link(...steps), part);
    for (const path of ["l", "m"]) assertEquals(tree.content(name(path))?.contentHash, "x");
  }
  assertEquals(tree.change(link(...steps)), DONE);
  assertEquals([tree.node("a"), tree.node("m")], [null, { kind: "link", target: "l" }]);
  tree.takeBack(link(...steps));
  assertEquals([...tree.nodes()].toSorted(), before);
  const away = link({ ...move, path: "n", sameAs: null }, { ...steps[2], target: "n" });
  assertEquals([tree.change(away), tree.change(away)], [DONE, DONE]);
  assertEquals([tree.node("a"), tree.node("n")?.kind], [null, "bytes"]);
});

function photos(): FolderTree {
  const tree = new FolderTree({ name: "photos" });
  tree.put(name("a"), { sizeBytes: 1, contentHash: "x" });
  tree.put(name("b"), { sizeBytes: 1, contentHash: "x" });
  tree.put(name("c"), { sizeBytes: 2, contentHash: "y" });
  return tree;
}

function link(...steps: (Partial<NameStep> & Pick<NameStep, "action" | "path">)[]): Link {
  const nothing = { target: null, slot: null, expectedHash: null, sameAs: null };
  const key = "key" as RequestKey;
  return { kind: "link", key, steps: steps.map((step) => ({ ...nothing, ...step })) };
}

function failed(error: PortError): HolderOutcome {
  return { kind: "failed", error };
}

function name(path: string): ObjectName {
  return `photos/${path}` as ObjectName;
}
