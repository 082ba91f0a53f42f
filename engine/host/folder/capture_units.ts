import { kindOfName, splitEnding } from "./file_kinds.ts";

/**
 * Finds the files of a folder that are one shot: RAW and JPEG, the two halves of a live photo, and
 * their sidecars, by equal path without ending (`IMG_1.CR2`, `IMG_1.JPG`, `IMG_1.xmp`,
 * `IMG_1.CR2.xmp`).
 *
 * Two plain pictures of one name (`a.jpg`, `a.png`) are two shots. Returns the capture's name,
 * which is the path without ending, for each file that is part of one. Linear in the number of
 * paths.
 */
export function captureUnits(paths: readonly string[]): Map<string, string> {
  const byStem = new Map<string, string[]>();
  for (const path of paths) {
    const stem = captureStem(path);
    const known = byStem.get(stem);
    if (known === undefined) byStem.set(stem, [path]);
    else known.push(path);
  }
  const captures = new Map<string, string>();
  for (const [stem, members] of byStem) {
    if (!isOneShot(members)) continue;
    for (const path of members) captures.set(path, stem);
  }
  return captures;
}

/**
 * The path without ending; a sidecar may repeat the ending of the file that it describes. Files of
 * one shot have one stem.
 */
export function captureStem(path: string): string {
  const { stem } = splitEnding(path);
  if (!kindOfName(path).sidecar) return stem;
  const inner = splitEnding(stem);
  return kindOfName(stem).kind === "other" ? stem : inner.stem;
}

/** One shot has at most one plain picture, one RAW and one video, and at least two parts. */
function isOneShot(members: readonly string[]): boolean {
  if (members.length < 2) return false;
  let stills = 0;
  let raws = 0;
  let videos = 0;
  for (const path of members) {
    const { kind, raw, sidecar } = kindOfName(path);
    if (kind === "video") videos += 1;
    else if (raw) raws += 1;
    else if (kind === "photo") stills += 1;
    else if (!sidecar) return false;
  }
  return stills <= 1 && raws <= 1 && videos <= 1 && stills + raws > 0;
}
