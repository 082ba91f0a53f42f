import type { FolderEntry } from "./folder_entry.ts";

/**
 * The places of some files in order of device and inode: on a disk about the order in which their
 * bytes lie, and the order in which a table of them is written fastest. Keys that fit a number are
 * sorted as such, ten times as fast as by a comparison of objects. O(n log n).
 */
export function inodeOrder(
  count: number,
  entryAt: (place: number) => Pick<FolderEntry, "device" | "inode"> | undefined,
): Iterable<number> {
  if (count === 0) return [];
  const keys = new Float64Array(count);
  const { device } = entryAt(0) ?? { device: 0 };
  const places = 2 ** Math.ceil(Math.log2(count + 1));
  for (let place = 0; place < count; place += 1) {
    const entry = entryAt(place);
    const inode = entry?.inode ?? 0;
    if (entry?.device !== device || inode * places > Number.MAX_SAFE_INTEGER - places) {
      return slowOrder(count, entryAt);
    }
    keys[place] = inode * places + place;
  }
  keys.sort();
  for (let index = 0; index < count; index += 1) keys[index] = (keys[index] ?? 0) % places;
  return keys;
}

function slowOrder(
  count: number,
  entryAt: (place: number) => Pick<FolderEntry, "device" | "inode"> | undefined,
): number[] {
  return Array.from({ length: count }, (_, place) => place).sort((left, right) => {
    const [one, other] = [entryAt(left), entryAt(right)];
    if (one === undefined || other === undefined) return 0;
    return one.device - other.device || one.inode - other.inode || left - right;
  });
}
