import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { identifier } from "../protocol/ids.ts";
import { NO_METADATA } from "../library/file.ts";
import type { FileId } from "../library/ids.ts";
import type { EngineMessage } from "../messages/engine_types.ts";
import {
  FAVORITES,
  makeAlbum,
  makeLibrary,
  PLAIN_FACTS,
  UNCATEGORIZED,
} from "./library_fixture.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { decodeLibrary, encodeLibrary } from "./state_codec.ts";

/**
 * Random lives of a small library. The driver checks every state invariant after every turn; here
 * come commands in any order, doubled commands, crashes, and days that pass.
 */

const FILES = ["a", "b", "c", "d", "e", "f"];
const HASHES = ["H1", "H2", "H3"];
const ALBUMS = ["one", "two", "shared", "secret"];
const EVERY_ALBUM = [...ALBUMS, FAVORITES, UNCATEGORIZED];
const PLANS = ["p1", "p2", "p3"];

type Step =
  | { kind: "command"; body: EngineMessage; twice: boolean }
  | { kind: "adopt"; file: string; hash: string; albums: string[]; capture: string | null }
  | { kind: "edit"; file: string; hash: string }
  | { kind: "similar"; plan: string; keep: string; remove: string[]; consent: boolean }
  | { kind: "crash" }
  | { kind: "wait"; days: number };

const file = fc.constantFrom(...FILES);
const album = fc.constantFrom(...EVERY_ALBUM);

function id<Id extends string>(value: fc.Arbitrary<string>): fc.Arbitrary<Id> {
  return value.map((text) => identifier<Id>(text));
}

const commandBody: fc.Arbitrary<EngineMessage> = fc.oneof(
  fc.record({
    kind: fc.constant("addEntry" as const),
    album: id<never>(album),
    file: id<never>(file),
  }),
  fc.record({
    kind: fc.constant("removeEntry" as const),
    album: id<never>(album),
    file: id<never>(file),
  }),
  fc.record({
    kind: fc.constant("moveEntry" as const),
    from: id<never>(album),
    to: id<never>(album),
    file: id<never>(file),
  }),
  fc.record({
    kind: fc.constant("setFavorite" as const),
    file: id<never>(file),
    favorite: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("changeMetadata" as const),
    file: id<never>(file),
    change: fc.record({ hidden: fc.boolean(), rating: fc.nat(5) }, { requiredKeys: [] }),
  }),
  fc.record({
    kind: fc.constant("deleteAlbum" as const),
    album: id<never>(fc.constantFrom(...ALBUMS)),
    files: fc.constantFrom("keep" as const, "trash" as const),
  }),
  fc.record({
    kind: fc.constant("trashFiles" as const),
    files: fc.array(id<never>(file), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("restore" as const),
    sequences: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("emptyTrash" as const), upTo: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    kind: fc.constant("requestExactPlan" as const),
    plan: id<never>(fc.constantFrom(...PLANS)),
    scope: fc.oneof(
      fc.constant({ kind: "library" as const }),
      fc.record({ kind: fc.constant("album" as const), album: id<never>(album) }),
    ),
    keepRules: fc.constant([]),
  }),
  fc.record({
    kind: fc.constantFrom(
      "confirmPlan" as const,
      "confirmPlan" as const,
      "undoPlan" as const,
      "discardPlan" as const,
    ),
    plan: id<never>(fc.constantFrom(...PLANS)),
  }),
);

const adoption: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("adopt" as const),
  file,
  hash: fc.constantFrom(...HASHES),
  albums: fc.uniqueArray(album, { minLength: 1, maxLength: 3 }),
  capture: fc.constantFrom(null, null, null, "shot"),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      body: commandBody,
      twice: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: adoption },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      file,
      hash: fc.constantFrom(...HASHES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("similar" as const),
      plan: fc.constantFrom(...PLANS),
      keep: file,
      remove: fc.uniqueArray(file, { minLength: 1, maxLength: 3 }),
      consent: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), days: fc.nat(40) }),
  },
);

/** A library that holds something worth losing before its life begins. */
const firstFiles = fc.array(adoption, { minLength: 6, maxLength: 12, size: "max" });
const laterSteps = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });

let uploads = 0;

function run(driver: LibrarianDriver, taken: Step): void {
  switch (taken.kind) {
    case "command": {
      const name = `step-${uploads++}`;
      const first = driver.command(taken.body, name);
      if (taken.twice) assertEquals(driver.command(taken.body, name).kind, first.kind);
      return;
    }
    case "adopt":
      adopt(driver, taken);
      return;
    case "edit":
      edit(driver, taken);
      return;
    case "similar":
      similar(driver, taken);
      return;
    case "crash":
      return driver.restart();
    case "wait":
      for (let day = 0; day < taken.days; day += 1) {
        driver.wait(24 * 60 * 60 * 1000);
        driver.sweep();
      }
      return;
  }
}

function adopt(driver: LibrarianDriver, taken: Step & { kind: "adopt" }): void {
  const object = identifier<never>(`library/${taken.file}-${uploads++}`);
  driver.objects.set(object, taken.hash);
  driver.command({
    kind: "recordFiles",
    files: [{
      file: identifier(taken.file),
      owner: null,
      fileKind: "photo",
      name: taken.file,
      capture: taken.capture === null ? null : identifier(taken.capture),
      contentHash: identifier(taken.hash),
      objects: [{ role: "original", name: object, sizeBytes: 100 + taken.file.charCodeAt(0) }],
      facts: PLAIN_FACTS,
      metadata: { ...NO_METADATA, caption: taken.file },
      entries: taken.albums.map((name) => ({ album: identifier(name), name: null })),
    }],
  });
  driver.verifyHashes();
}

function edit(driver: LibrarianDriver, taken: Step & { kind: "edit" }): void {
  const reservation = identifier<never>(`edit-${uploads++}`);
  const object = identifier<never>(`library/${reservation}`);
  const upload = {
    reservation,
    contentHash: identifier<never>(taken.hash),
    objects: [{ role: "original" as const, name: object, sizeBytes: 50 }],
    target: { album: UNCATEGORIZED },
  };
  const offered = driver.command({
    kind: "offerUpload",
    ...upload,
    intent: "explicit",
    replaces: identifier(taken.file),
  });
  if (offered.kind !== "uploadGranted") return;
  driver.objects.set(object, taken.hash);
  driver.command({
    kind: "commitUpload",
    ...upload,
    file: identifier(taken.file),
    fileKind: "photo",
    name: taken.file,
    capture: null,
    facts: PLAIN_FACTS,
    metadata: NO_METADATA,
  });
  driver.verifyHashes();
}

function similar(driver: LibrarianDriver, taken: Step & { kind: "similar" }): void {
  const removed = taken.remove.filter((name) => name !== taken.keep);
  const members = [
    { file: identifier<FileId>(taken.keep), choice: "keep" as const },
    ...removed.map((name) => ({ file: identifier<FileId>(name), choice: "delete" as const })),
  ];
  const reply = driver.command({
    kind: "requestPlan",
    request: {
      plan: identifier(taken.plan),
      cleanup: "similar",
      scope: { kind: "library" },
      scenes: [{
        id: identifier(`scene-${uploads++}`),
        tier: "close",
        diameter: 5,
        members,
        distances: removed.map((_, index) => [0, index + 1, 5] as const),
      }],
      consentAlbums: taken.consent ? [identifier("shared")] : [],
      keepRules: [],
    },
  });
  if (reply.kind === "planReady") {
    driver.command({ kind: "confirmPlan", plan: identifier(taken.plan) });
  }
}

function newLibrary(): LibrarianDriver {
  const driver = makeLibrary();
  makeAlbum(driver, "one");
  makeAlbum(driver, "two");
  makeAlbum(driver, "shared", { visibleToOthers: true });
  makeAlbum(driver, "secret", { kind: "hidden" });
  return driver;
}

Deno.test({
  name: "a library keeps its invariants through any life, and a restart changes nothing",
  permissions: "none",
  fn: () => {
    fc.assert(
      fc.property(firstFiles, laterSteps, (files, steps) => {
        const driver = newLibrary();
        for (const taken of [...files, ...steps]) run(driver, taken);
        const before = JSON.stringify(encodeLibrary(driver.state));
        const copy = decodeLibrary(JSON.parse(before));
        assertEquals(copy.files, driver.state.files);
        assertEquals(copy.usage, driver.state.usage);
        driver.restart();
        assertEquals(driver.state.files, copy.files);
        assertEquals(driver.state.albums, copy.albums);
        assertEquals(driver.state.trash, copy.trash);
      }),
      { numRuns: 2_000, seed: 3 },
    );
  },
});
