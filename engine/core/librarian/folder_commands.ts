import { isPermanent } from "../library/album.ts";
import type { EngineMessage } from "../messages/engine_types.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/**
 * Refuses what the engine cannot yet do to a real folder: else the library would say what the
 * folder does not. Favorites are the library's own record and follow no name. True when refused.
 */
export function refuseInFolder(draft: TurnDraft, asker: Asker, command: EngineMessage): boolean {
  if (draft.state.libraryKind !== "folder" || !needsNames(draft, command)) return false;
  draft.refuse(
    asker,
    "WRONG_LIBRARY_KIND",
    "Directories are not changed by hand here: change the folder and scan it again",
  );
  return true;
}

function needsNames(draft: TurnDraft, command: EngineMessage): boolean {
  switch (command.kind) {
    case "deleteAlbum":
    case "moveEntry":
    case "offerUpload":
      return true;
    case "addEntry":
    case "removeEntry": {
      const album = draft.state.albums.get(command.album);
      return album !== undefined && !isPermanent(album.kind);
    }
    default:
      return false;
  }
}
