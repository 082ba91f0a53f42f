/**
 * [Note: Names in a Takeout]
 *
 * A picture `IMG.jpg` is described by `IMG.jpg.json` or `IMG.jpg.supplemental-metadata.json`. What
 * comes before `.json` is cut off after 46 characters, anywhere, so that of a long name the ending,
 * or a part of the name, may be missing. A second picture of one name is `IMG(1).jpg`, and its
 * description `IMG.jpg(1).json` or `IMG.jpg.supplemental-metadata(1).json`: the number stands
 * elsewhere. An edit is `IMG-edited.jpg`, in the language of the account, and has no description of
 * its own; its name may be cut off as well. The two halves of a live photo share one description.
 */

/** Characters of a sidecar's name before `.json` and the number, at most. */
const SIDECAR_LENGTH_MAX = 46;

/** Cut off names are this long at least: a multi-byte character may cost a few. */
const CUT_OFF_FROM = SIDECAR_LENGTH_MAX - 3;

const SUPPLEMENT = ".supplemental-metadata";

/** What an edit's name ends with, by language of the account. */
const EDITED: readonly string[] = [
  "-edited",
  "-bearbeitet",
  "-modifié",
  "-editado",
  "-modificato",
  "-bewerkt",
  "-redigerad",
  "-redigeret",
  "-muokattu",
  "-edytowane",
  "-編集済み",
  "-已修改",
  "-수정됨",
];

/** Fewest characters of the ending of an edit that was cut off: `-ed`. */
const EDITED_LENGTH_MIN = 3;

/** A name on the disk, taken apart. */
export interface TakeoutName {
  /** Without number and ending. */
  readonly stem: string;
  /** With its dot; empty where there is none. */
  readonly ending: string;
  /** The number in brackets; null for none. */
  readonly number: number | null;
}

/** Takes a picture's name apart: `IMG(1).jpg`. */
export function takeoutName(name: string): TakeoutName {
  const dot = name.lastIndexOf(".");
  const whole = dot <= 0 ? name : name.slice(0, dot);
  const ending = dot <= 0 ? "" : name.slice(dot);
  const found = /^(.+)\((\d{1,4})\)$/s.exec(whole);
  if (found === null) return { stem: whole, ending, number: null };
  return { stem: found[1] ?? whole, ending, number: Number(found[2]) };
}

/** A sidecar's name, taken apart. */
export interface SidecarName {
  /** What it says of the picture's name, perhaps cut off, perhaps with a part of the supplement. */
  readonly core: string;
  readonly number: number | null;
}

/** Takes a sidecar's name apart: `IMG.jpg.supplemental-metadata(1).json`. Null for other files. */
export function sidecarName(name: string): SidecarName | null {
  if (!name.toLowerCase().endsWith(".json")) return null;
  const whole = name.slice(0, -".json".length);
  const found = /^(.+)\((\d{1,4})\)$/s.exec(whole);
  if (found === null) return { core: whole, number: null };
  return { core: found[1] ?? whole, number: Number(found[2]) };
}

/**
 * What may stand in the name of a picture's sidecar before the number, best first: the whole name
 * with or without the supplement or a part of it, the name cut off, the name without its ending.
 */
export function sidecarCores(picture: TakeoutName): string[] {
  const name = picture.stem + picture.ending;
  const cores = [name, name + SUPPLEMENT];
  for (let length = SUPPLEMENT.length - 1; length > 0; length -= 1) {
    cores.push(name + SUPPLEMENT.slice(0, length));
  }
  for (let length = SIDECAR_LENGTH_MAX; length >= CUT_OFF_FROM; length -= 1) {
    if (name.length > length) cores.push(name.slice(0, length));
  }
  // Older ones leave the ending away: `IMG.json` for `IMG.jpg`.
  cores.push(picture.stem);
  return cores;
}

/** The name of the original of which a name is an edit, or null when it is none. */
export function originalOfEdit(picture: TakeoutName): TakeoutName | null {
  const stem = picture.stem.normalize("NFC");
  for (const suffix of EDITED) {
    if (stem.length > suffix.length && stem.endsWith(suffix)) {
      return { ...picture, stem: stem.slice(0, -suffix.length) };
    }
  }
  if (stem.length + picture.ending.length < CUT_OFF_FROM) return null;
  for (const suffix of EDITED) {
    for (let length = suffix.length - 1; length >= EDITED_LENGTH_MIN; length -= 1) {
      const part = suffix.slice(0, length);
      if (stem.endsWith(part)) return { ...picture, stem: stem.slice(0, -length) };
    }
  }
  return null;
}
