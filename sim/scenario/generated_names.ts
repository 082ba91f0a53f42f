import type { WorkloadRates, WorldRatios } from "./scenario.ts";

/** All that a generated world has some share of. */
export const WORLD_RATIOS: readonly (keyof WorldRatios)[] = [
  "exactCopies",
  "bursts",
  "denseBursts",
  "chains",
  "live",
  "rawPairs",
  "videos",
  "hidden",
  "favorites",
  "captions",
  "foreign",
  "sharedAlbums",
  "hiddenAlbums",
  "arrangedAlbums",
  "unembeddable",
];

/** What users of every library do. */
export const LIBRARY_ACTIONS: readonly (keyof WorkloadRates)[] = [
  "makeAlbums",
  "addEntries",
  "removeEntries",
  "moveEntries",
  "deleteAlbums",
  "shareAlbums",
  "arrangeAlbums",
  "favorites",
  "hides",
  "captions",
  "trashFiles",
  "restores",
  "deletesForGood",
  "emptyTrash",
  "exactCleanUps",
  "similarCleanUps",
  "undos",
  "notDuplicates",
];

/** What they do besides where files come in by upload. */
export const UPLOAD_ACTIONS: readonly (keyof WorkloadRates)[] = [
  "remoteEdits",
  "explicitUploads",
];

/** What they do with devices. */
export const DEVICE_ACTIONS: readonly (keyof WorkloadRates)[] = [
  "localEdits",
  "localDeletions",
  "freeUps",
  "downloads",
];
