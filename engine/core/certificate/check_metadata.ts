import type { FileRecord, Metadata } from "../library/file.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { MetadataMerge, PlanItem } from "../library/plan.ts";
import {
  type ExaminedPlan,
  holdsContentOf,
  othersSee,
  samePictureAs,
  shotOf,
} from "./examined_plan.ts";

const TEXT_FIELDS = ["caption", "tags", "editedName", "editedLocation"] as const;

interface CheckedMetadata {
  readonly examined: ExaminedPlan;
  readonly joins: ReadonlyMap<FileId, readonly AlbumId[]>;
}

/**
 * Checks R6: what the user said about a removed copy (equal bytes, the same compressed picture, or
 * equal pixels) reaches its keeper or is listed; what is lost with a similar photo is listed; no
 * text reaches a file that others see without consent.
 */
export function checkMetadata(examined: ExaminedPlan): void {
  const checked: CheckedMetadata = { examined, joins: albumsJoined(examined) };
  const copies = new Map<FileId, PlanItem[]>();
  for (const item of examined.plan.items) {
    const file = examined.library.files.get(item.file);
    const keeper = examined.library.files.get(item.keeper);
    if (file === undefined || keeper === undefined) continue;
    const same = samePictureAs(examined, { kept: keeper, removed: file });
    examined.report.expect((item.same ?? null) === same, "SAMENESS_WRONG", {
      item: item.index,
      file: item.file,
      detail: `the digests say ${same ?? "no"}, the plan says ${item.same ?? "no"}`,
    });
    const isCopy = same !== null || holdsContentOf(keeper, file);
    if (item.action === "trashFile" && isCopy) {
      const known = copies.get(keeper.id);
      if (known === undefined) copies.set(keeper.id, [item]);
      else known.push(item);
      checkCopy(checked, { item, file, keeper });
      checkCameraData(examined, { item, file, keeper });
      continue;
    }
    examined.report.expect(item.merge === null, "METADATA_WRONG", {
      item: item.index,
      detail: "only copies merge",
    });
    if (item.action === "trashFile") {
      checkLosses(examined, { item, file, keeper });
      checkCameraData(examined, { item, file, keeper });
    }
  }
  checkWholeMerges(checked, copies);
}

function checkCopy(
  checked: CheckedMetadata,
  copy: { item: PlanItem; file: FileRecord; keeper: FileRecord },
): void {
  const { examined } = checked;
  const { report } = examined;
  const { item, file, keeper } = copy;
  const place = { item: item.index, file: item.file };
  const merge: MetadataMerge = item.merge ?? {
    file: keeper.id,
    before: keeper.metadata,
    after: keeper.metadata,
    becomesFavorite: false,
    textWithheld: false,
    conflicts: [],
  };
  report.expect(
    merge.file === keeper.id && same(merge.before, keeper.metadata),
    "METADATA_WRONG",
    { ...place, detail: "the merge does not start from the keeper as it is" },
  );
  const favorite = isFavorite(examined, file) && !isFavorite(examined, keeper);
  report.expect(merge.becomesFavorite === favorite, "METADATA_WRONG", {
    ...place,
    detail: favorite ? "the keeper must become a favourite" : "nothing makes it a favourite",
  });
  const sources = [keeper.metadata, file.metadata];
  checkFields(checked, { place, merge, sources, keeper, stated: item.merge !== null });
  for (const value of notCarried(file.metadata, merge.after)) {
    report.expect(listed(value, merge.conflicts) && listed(value, item.lost), "LOSS_UNLISTED", {
      ...place,
      detail: `"${value}" of the removed copy is neither merged nor listed`,
    });
  }
}

function isFavorite(examined: ExaminedPlan, file: FileRecord): boolean {
  return examined.favorites !== null && file.entries.has(examined.favorites);
}

/** Checks that merged metadata is exactly what its sources allow. */
function checkFields(
  checked: CheckedMetadata,
  fields: {
    place: { item?: number; file: FileId };
    merge: MetadataMerge;
    sources: readonly Metadata[];
    keeper: FileRecord;
    /** False where the plan says nothing, and so promises that nothing changes. */
    stated: boolean;
  },
): void {
  const { report } = checked.examined;
  const { place, merge, sources, keeper, stated } = fields;
  const { before, after } = merge;
  const wrong = (holds: boolean, detail: string): void => {
    report.expect(holds, "METADATA_WRONG", { ...place, detail });
  };
  wrong(
    after.rating === sources.reduce((best, { rating }) => Math.max(best, rating), 0),
    "rating is not the best",
  );
  wrong(after.archived === sources.every(({ archived }) => archived), "archived unless all are");
  wrong(after.hidden === before.hidden, "the hidden flag moved");
  for (const field of ["editedDateMs", "editedOrientation"] as const) {
    wrong(fitsFirst(sources.map((source) => source[field]), after[field]), `${field} does not fit`);
  }
  const exposed = isExposed(checked, keeper);
  report.expect(!stated || merge.textWithheld === exposed, "TEXT_EXPOSED", {
    ...place,
    detail: exposed ? "text must be withheld" : "nothing asks for text to be withheld",
  });
  const touched = TEXT_FIELDS.some((field) => !same(before[field], after[field]));
  report.expect(!exposed || !touched, "TEXT_EXPOSED", {
    ...place,
    detail: "text would reach a file that others see without consent",
  });
  if (exposed) return;
  for (const field of ["editedName", "editedLocation"] as const) {
    wrong(fitsFirst(sources.map((source) => source[field]), after[field]), `${field} does not fit`);
  }
  const tags = sources.flatMap((source) => source.tags);
  wrong(sameSet(after.tags, tags), "tags are not the union");
  const lines = sources.flatMap((source) => linesOf(source.caption));
  wrong(sameSet(linesOf(after.caption), lines), "the caption's lines are not united");
}

/** True when the value is the first source's, or where that has none, the first other one. */
function fitsFirst<Value>(values: readonly (Value | null)[], after: Value | null): boolean {
  return after === (values.find((value) => value !== null) ?? null);
}

/** True when others see the keeper after the plan in an album that the user gave no consent for. */
function isExposed(checked: CheckedMetadata, keeper: FileRecord): boolean {
  const { library, plan } = checked.examined;
  const seen = (id: AlbumId): boolean => {
    const album = library.albums.get(id);
    return album !== undefined && othersSee(library, album) && !plan.consentAlbums.includes(id);
  };
  return [...keeper.entries.keys()].some(seen) || (checked.joins.get(keeper.id) ?? []).some(seen);
}

/** The albums in which each file has to be after the plan. */
function albumsJoined(examined: ExaminedPlan): Map<FileId, AlbumId[]> {
  const joins = new Map<FileId, AlbumId[]>();
  for (const item of examined.plan.items) {
    for (const { album, representative } of item.albums) {
      const known = joins.get(representative);
      if (known === undefined) joins.set(representative, [album]);
      else if (known.at(-1) !== album) known.push(album);
    }
  }
  return joins;
}

/** What the user said of a removed file and `after` does not say. */
function notCarried(removed: Metadata, after: Metadata): string[] {
  const kept = new Set(linesOf(after.caption));
  const missing = linesOf(removed.caption).filter((line) => !kept.has(line));
  missing.push(...removed.tags.filter((tag) => !after.tags.includes(tag)));
  const fields = ["editedName", "editedDateMs", "editedLocation", "editedOrientation"] as const;
  for (const field of fields) {
    const value = removed[field];
    if (value !== null && value !== after[field]) missing.push(`${value}`);
  }
  return missing;
}

function listed(value: string, list: readonly string[]): boolean {
  return list.some((line) => line.includes(value));
}

function checkLosses(
  examined: ExaminedPlan,
  pair: { item: PlanItem; file: FileRecord; keeper: FileRecord },
): void {
  const { item, file, keeper } = pair;
  const values = notCarried(file.metadata, keeper.metadata);
  if (file.metadata.rating > keeper.metadata.rating) values.push(`${file.metadata.rating}`);
  const kept = shotOf(examined.library, keeper);
  if (file.facts.raw && !kept.some((part) => part.facts.raw)) values.push("RAW");
  const keptKinds = new Set(kept.map(({ kind }) => kind));
  const keptMoves = keptKinds.has("live") || (keptKinds.has("photo") && keptKinds.has("video"));
  if (file.kind === "live" && !keptMoves) values.push("video");
  const { widthPixels, heightPixels } = file.facts;
  if (widthPixels * heightPixels > keeper.facts.widthPixels * keeper.facts.heightPixels) {
    values.push(`${widthPixels}x${heightPixels}`);
  }
  for (const value of values) {
    examined.report.expect(listed(value, item.lost), "LOSS_UNLISTED", {
      item: item.index,
      file: item.file,
      detail: `"${value}" is lost and not listed`,
    });
  }
}

/** What the camera wrote into a file is no metadata of the library: it cannot merge. */
function checkCameraData(
  examined: ExaminedPlan,
  { file, item, keeper }: { item: PlanItem; file: FileRecord; keeper: FileRecord },
): void {
  const isLost = file.facts.losses?.metadata === false && keeper.facts.losses?.metadata === true;
  const isListed = item.lost.some((line) => line.startsWith("camera's data"));
  examined.report.expect(!isLost || isListed, "LOSS_UNLISTED", {
    item: item.index,
    file: item.file,
    detail: "what the camera wrote is lost and not listed",
  });
}

/** Checks what the certificate says of each keeper once all items have run. */
function checkWholeMerges(
  checked: CheckedMetadata,
  copies: ReadonlyMap<FileId, readonly PlanItem[]>,
): void {
  const { library, plan, report } = checked.examined;
  const stated = new Map(plan.certificate.merges.map((merge) => [merge.file, merge]));
  const lost = new Map(plan.certificate.lost.map(({ file, what }) => [file, what]));
  for (const item of plan.items) {
    const what = lost.get(item.file) ?? [];
    report.expect(item.lost.every((line) => what.includes(line)), "LOSS_UNLISTED", {
      item: item.index,
      detail: "the certificate does not list what the item loses",
    });
  }
  for (const [id, items] of copies) {
    const keeper = library.files.get(id);
    const merging = items.filter((item) => item.merge !== null);
    const merge = stated.get(id);
    if (keeper === undefined || merging.length === 0) continue;
    report.expect(merge !== undefined, "METADATA_LOST", {
      file: id,
      detail: "the certificate does not say what this keeper becomes",
    });
    if (merge === undefined) continue;
    const removed = items.flatMap((item) => library.files.get(item.file) ?? []);
    const sources = [keeper.metadata, ...removed.map((file) => file.metadata)];
    checkFields(checked, { place: { file: id }, merge, sources, keeper, stated: true });
    for (const file of removed) {
      for (const value of notCarried(file.metadata, merge.after)) {
        report.expect(listed(value, lost.get(file.id) ?? []), "LOSS_UNLISTED", {
          file: file.id,
          detail: `"${value}" does not reach the keeper and is not listed`,
        });
      }
    }
  }
  report.expect(plan.certificate.merges.every(({ file }) => copies.has(file)), "METADATA_WRONG", {
    detail: "the certificate merges into a file that keeps nothing",
  });
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const known = new Set(left);
  const others = new Set(right);
  return known.size === others.size && [...known].every((value) => others.has(value));
}

function same(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
