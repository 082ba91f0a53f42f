import { identifier, type Link, type NameStep, type Outcome } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { FolderChanges, type FolderChangesOptions } from "../folder/folder_changes.ts";
import { openSystemNames, RUNTIME_NAMES, type SystemNames } from "../folder/system_names.ts";
import { hashFileSync, readBuffer } from "../hashing/file_hash.ts";
import type { PortContext } from "../runtime/ports.ts";

/** What tests of names need. */
export const NEEDS: { read: true; write: true; ffi: true } = {
  read: true,
  write: true,
  ffi: true,
} as const;
/** Of a request that somebody waits for. */
export const CONTEXT: PortContext = {
  effectId: identifier("e"),
  signal: new AbortController().signal,
};
/** The answer to a change that was made. */
export const DONE = { kind: "done", result: { kind: "acknowledged" } } as const;
/** When the files were modified. */
export const LONG_AGO: Date = new Date(981_173_106_000);

/** Both ways of changing names: with the system's own calls, and without. */
/** The calls of this machine. */
export const SYSTEM: SystemNames = openSystemNames();
export const SYSTEMS: readonly (readonly [string, SystemNames])[] = [
  ["of Linux", SYSTEM],
  ["of the runtime", RUNTIME_NAMES],
];

/** A folder of files, and what changes it. */
export interface Place {
  readonly root: string;
  readonly changes: (options?: Partial<FolderChangesOptions>) => FolderChanges;
  readonly hash: (path: string) => string;
  readonly reasons: string[];
}

/** A test in a folder as {@linkcode inFolder} makes it. */
export interface FolderTest {
  readonly name: string;
  readonly needs: typeof NEEDS;
  readonly fn: () => Promise<void>;
}

/** A test in a folder as {@linkcode inFolder} makes it. */
export function folderTest(name: string, fn: (place: Place) => Promise<void>): FolderTest {
  return { name, needs: NEEDS, fn: () => inFolder(fn) };
}

/**
 * Tries something once for each call of the system, from the first on, each time in a folder of its
 * own, until `use` says that the call was not reached any more.
 */
export async function atEachCall(
  use: (place: Place, at: number) => Promise<boolean>,
): Promise<void> {
  let isOver = false;
  for (let at = 1; !isOver; at += 1) {
    // deno-lint-ignore no-await-in-loop -- one folder after the other
    await inFolder(async (place) => {
      isOver = await use(place, at);
    });
  }
}

/**
 * `x/a.jpg` and `y/b.jpg` are copies, `y/c.jpg` is not, and `z/b.jpg` leads to `y/b.jpg`.
 *
 * @param beside The directory to make it in. @default that of temporary files
 */
export async function inFolder(
  use: (place: Place) => Promise<void>,
  beside?: string,
): Promise<void> {
  const dir = beside === undefined ? {} : { dir: beside };
  const made = await Deno.makeTempDir({ prefix: "scenekeep-changes-", ...dir });
  const root = await Deno.realPath(made);
  const reasons: string[] = [];
  const hashed = (path: string) => hashFileSync(path, readBuffer());
  try {
    for (const name of ["x", "y", "z"]) mkdirSync(join(root, name));
    for (const [path, text] of [["x/a.jpg", "copy"], ["y/b.jpg", "copy"], ["y/c.jpg", "own"]]) {
      writeFileSync(join(root, path ?? ""), text ?? "");
      utimesSync(join(root, path ?? ""), LONG_AGO, LONG_AGO);
    }
    chmodSync(join(root, "y/b.jpg"), 0o640);
    symlinkSync("../y/b.jpg", join(root, "z/b.jpg"));
    await use({
      root,
      reasons,
      hash: (path) => {
        const outcome = hashed(join(root, path));
        return outcome.kind === "hashed" ? outcome.contentHash : "";
      },
      changes: (options = {}) =>
        new FolderChanges({
          root,
          hasher: { hash: (path) => Promise.resolve(hashed(path)) },
          system: SYSTEM,
          onRefused: ({ path, reason }) => reasons.push(`${path}: ${reason}`),
          ...options,
        }),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** A request for these steps. */
export function link(...steps: Partial<NameStep>[]): Link {
  return {
    kind: "link",
    key: identifier("k"),
    steps: steps.map((step) => ({
      action: "discard",
      path: "",
      target: null,
      slot: null,
      expectedHash: null,
      sameAs: null,
      ...step,
    })),
  };
}

/** What a clean-up asks of `y/b.jpg`: its link first, then its bytes. */
export function cleanUp({ hash }: Place): Link {
  const expectedHash = hash("x/a.jpg");
  return link(
    { action: "replace", path: "z/b.jpg", target: "x/a.jpg", slot: "1.1", expectedHash },
    {
      action: "replace",
      path: "y/b.jpg",
      target: "x/a.jpg",
      slot: "1.0",
      expectedHash,
      sameAs: "x/a.jpg",
    },
  );
}

/** What an undo asks for. */
export function wayBack({ hash }: Place): Link {
  return link(
    {
      action: "restore",
      path: "y/b.jpg",
      target: "x/a.jpg",
      slot: "1.0",
      expectedHash: hash("x/a.jpg"),
    },
    { action: "restore", path: "z/b.jpg", target: "x/a.jpg", slot: "1.1" },
  );
}

/** The answer to a change that was not made. */
export function failed(error: string): Outcome<never> {
  return { kind: "failed", error: error as "changed" };
}

/** Throws when something lies aside, or was rescued. */
export function assertNothingAside(root: string): void {
  assertEquals(namesOf(join(root, ".scenekeep/aside")), []);
  assertEquals(namesOf(join(root, ".scenekeep/rescued")), []);
}

/** The text of a file. */
export function textOf(full: string): string {
  return readFileSync(full, "utf8");
}

/** The names in a directory, none when there is no such. */
export function namesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
