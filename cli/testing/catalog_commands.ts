import { type EngineTypes, identifier } from "@scenekeep/engine/core";

/** Makes a catalog. */
export const MAKE_CATALOG: EngineTypes["message"] = {
  kind: "makeLibrary",
  library: identifier("one"),
  libraryKind: "catalog",
  owner: identifier("me"),
  limitBytes: 1_000,
  favorites: identifier("favorites"),
  uncategorized: identifier("uncategorized"),
};

/** Makes an album of its owner. */
export function makeAlbum(id: string, name: string = id): EngineTypes["message"] {
  return {
    kind: "makeAlbum",
    album: identifier(id),
    albumKind: "regular",
    owner: null,
    name,
    visibleToOthers: false,
    mayAdd: true,
  };
}
