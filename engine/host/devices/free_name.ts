import { NameFailure } from "../folder/name_failure.ts";
import { fitsAsName } from "./directory_name.ts";
import type { StoredContents } from "./stored_contents.ts";

/** More files of one name in one directory are refused. */
const NUMBERS_MAX = 10_000;

/**
 * The names that the parts of one shot get in an album: their own, or with a number that is free
 * for all of them, so that they stay one shot: `IMG_1 (2).cr2`, `IMG_1 (2).jpg`.
 *
 * @param names Each part's name: what all have in common, and what follows.
 * @throws {NameFailure} `refused` when there is none.
 */
export function freeNames(
  stored: StoredContents,
  album: string,
  names: readonly { readonly stem: string; readonly rest: string }[],
): string[] {
  for (let number = 1; number <= NUMBERS_MAX; number += 1) {
    const suffix = number === 1 ? "" : ` (${number})`;
    const numbered = names.map(({ rest, stem }) => `${stem}${suffix}${rest}`);
    const tooLong = numbered.find((name) => !fitsAsName(name));
    if (tooLong !== undefined) throw new NameFailure("refused", tooLong, "its name is too long");
    if (!numbered.some((name) => stored.isTaken(album, name))) return numbered;
  }
  throw new NameFailure("refused", names[0]?.stem ?? "", "too many files have its name");
}
