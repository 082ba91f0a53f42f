import {
  type AlbumId,
  type FileId,
  identifier,
  type LibraryId,
  type ObjectName,
  type OwnerId,
  type StoredObject,
} from "@scenekeep/engine/core";
import { LIBRARY_STORE } from "../checkers/stored_bytes.ts";
import { FAVORITES_NAME, UNCATEGORIZED_NAME } from "../scenario/scenario_rules.ts";

/** The user whose library it is. */
export const OWNER: OwnerId = identifier("owner");
/** The library. */
export const LIBRARY: LibraryId = identifier("library1");
/** The user's favourites. */
export const FAVORITES: AlbumId = identifier(FAVORITES_NAME);
/** Files of the user that are in no other album. */
export const UNCATEGORIZED: AlbumId = identifier(UNCATEGORIZED_NAME);

/** The name in the library's store of one object of a file that is there at the start. */
export function startObject(file: FileId, role: StoredObject["role"]): ObjectName {
  return identifier(`${LIBRARY_STORE}/${file}/${role}`);
}
