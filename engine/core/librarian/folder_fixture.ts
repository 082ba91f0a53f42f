import { assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { NameStep } from "../protocol/effect.ts";
import type { StoredObject } from "../library/file.ts";
import type { AlbumId, ContentHash } from "../library/ids.ts";
import type { EngineMessage } from "../messages/engine_types.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { recordedPhoto } from "./library_fixture.ts";

/** An album by its name. */
export function album(id: string): AlbumId {
  return identifier(id);
}

/** Asks for something that must be accepted. */
export function tell(driver: LibrarianDriver, command: EngineMessage): void {
  assertEquals(driver.command(command), { kind: "accepted" });
}

/** Records a file with these names, of which the first has the bytes, and perhaps a video. */
export function record(
  driver: LibrarianDriver,
  file: string,
  paths: readonly string[],
  video?: string,
): void {
  const names = paths.map((path) => path.split("/") as [string, string]);
  const [[directory, name] = ["", ""]] = names;
  const objects: StoredObject[] = [
    { role: "original", name: identifier(`folder/${directory}/${name}`), sizeBytes: 9 },
  ];
  if (video !== undefined) {
    const beside = identifier<StoredObject["name"]>(
      `folder/${directory}/${name.split(".")[0]}.${video}`,
    );
    objects.push({ role: "video", name: beside, sizeBytes: 5 });
  }
  const reply = driver.command({
    kind: "recordFiles",
    files: [recordedPhoto({
      file: identifier(file),
      fileKind: video === undefined ? "photo" : "live",
      name,
      objects,
      entries: names.map(([id, called]) => ({ album: identifier(id), name: called })),
    })],
  });
  assertEquals(reply.kind, "accepted");
}

/** Says what bytes a file has. */
export function holds(driver: LibrarianDriver, file: string, content: string): void {
  const contentHash = identifier<ContentHash>(content);
  driver.tell({
    kind: "filesHashed",
    results: [{ file: identifier(file), version: 1, contentHash, reason: null }],
  });
}

/** `DIRECTORY/NAME` of each entry of a file. */
export function namesOf(driver: LibrarianDriver, file: string): string[] {
  const entries = [...driver.state.files.get(identifier(file))?.entries ?? []];
  return entries.map(([id, name]) => `${id}/${name}`);
}

/** Names of the objects of a file. */
export function objectsOf(driver: LibrarianDriver, file: string): string[] {
  return driver.state.files.get(identifier(file))?.objects.map(({ name }) => name) ?? [];
}

/** The steps that the folder has been asked for and has not answered. */
export function linkSteps(driver: LibrarianDriver): NameStep[] {
  const steps: NameStep[] = [];
  for (const { effect } of driver.pending) if (effect.kind === "link") steps.push(...effect.steps);
  return steps;
}

/** The same in short: what is done to which path, its target, and what it leads to. */
export function stepsOf(driver: LibrarianDriver): (string | null)[][] {
  return linkSteps(driver).map(({ action, path, target, sameAs }) => [
    action,
    path,
    target,
    sameAs,
  ]);
}
