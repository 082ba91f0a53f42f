import { pixelsOf } from "../library/file.ts";
import type { PlannedFile } from "./plan_world.ts";

/**
 * What the user loses with a similar photo that goes in favour of another one: each value that the
 * keeper does not have too, one line each, in a fixed order.
 */
export function lostValues(removed: PlannedFile, keeper: PlannedFile): string[] {
  const own = removed.facts.metadata;
  const other = keeper.facts.metadata;
  const lost: string[] = [];
  const keptLines = new Set(other.caption.split("\n"));
  const lines = own.caption.split("\n").filter((line) => line !== "" && !keptLines.has(line));
  if (lines.length > 0) lost.push(`caption: ${own.caption}`);
  if (own.rating > other.rating) lost.push(`rating: ${own.rating}`);
  const tags = own.tags.filter((tag) => !other.tags.includes(tag));
  if (tags.length > 0) lost.push(`tags: ${tags.join(", ")}`);
  const edits = [
    ["name", own.editedName, other.editedName],
    ["date", own.editedDateMs, other.editedDateMs],
    ["place", own.editedLocation, other.editedLocation],
    ["orientation", own.editedOrientation, other.editedOrientation],
  ] as const;
  for (const [field, value, kept] of edits) {
    if (value !== null && value !== kept) lost.push(`${field}: ${value}`);
  }
  if (removed.facts.facts.raw && !keeper.candidate.hasRaw) lost.push("the RAW original");
  if (removed.facts.kind === "live" && !keeper.candidate.isLive) {
    lost.push("the video of the live photo");
  }
  const { facts } = removed.facts;
  if (pixelsOf(facts) > pixelsOf(keeper.facts.facts)) {
    lost.push(`the larger picture: ${facts.widthPixels}x${facts.heightPixels}`);
  }
  return [...lost, ...lostCameraData(removed, keeper)];
}

/** What the file of a photo says of camera and time and that of the keeper does not. */
export function lostCameraData(removed: PlannedFile, keeper: PlannedFile): string[] {
  const [own, other] = [removed, keeper].map(({ facts }) => facts.facts.losses?.metadata);
  return own === false && other === true ? ["camera's data: when and with what it was taken"] : [];
}
