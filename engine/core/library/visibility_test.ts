import { assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AlbumKind } from "./album.ts";
import type { AlbumId, OwnerId } from "./ids.ts";
import { isSeenByOthers, mayEnter, type Side, sideOf } from "./visibility.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

const ALBUMS = new Map<AlbumId, { kind: AlbumKind }>([
  [identifier("beach"), { kind: "regular" }],
  [identifier("favorites"), { kind: "favorites" }],
  [identifier("secret"), { kind: "hidden" }],
  [identifier("vault"), { kind: "hidden" }],
]);

function side(albums: readonly string[], flagged = false): Side {
  const entries = new Map(albums.map((album) => [identifier<AlbumId>(album), null]));
  return sideOf({ metadata: { hidden: flagged }, entries }, ALBUMS);
}

test("sideOf() is hidden by the flag or by all entries, and mixed by some", () => {
  assertEquals(side(["beach", "favorites"]), "visible");
  assertEquals(side(["secret", "vault"]), "hidden");
  assertEquals(side(["secret", "beach"]), "mixed");
  assertEquals(side(["beach"], true), "hidden");
  assertEquals(side(["secret", "beach"], true), "hidden");
  assertEquals(side([]), "visible");
});

test("mayEnter() never brings into the open what only its entries hide", () => {
  const enters = (from: Side, flaggedHidden: boolean): AlbumKind[] =>
    (["regular", "favorites", "uncategorized", "hidden"] as const).filter((kind) =>
      mayEnter({ side: from, flaggedHidden }, kind)
    );
  assertEquals(enters("visible", false), ["regular", "favorites", "uncategorized"]);
  assertEquals(enters("hidden", false), ["hidden"]);
  assertEquals(enters("hidden", true), ["regular", "favorites", "uncategorized", "hidden"]);
  assertEquals(enters("mixed", false), []);
});

test("isSeenByOthers() counts shared albums and those of others", () => {
  const me = identifier<OwnerId>("me");
  const them = identifier<OwnerId>("them");
  assertEquals(isSeenByOthers({ owner: me, visibleToOthers: false }, me), false);
  assertEquals(isSeenByOthers({ owner: me, visibleToOthers: true }, me), true);
  assertEquals(isSeenByOthers({ owner: them, visibleToOthers: false }, me), true);
});
