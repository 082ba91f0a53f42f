import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowFile } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/**
 * INV-ALBUM-3: every live file has an entry in an album of its owner, and no entry points at a file
 * that is not live. The second half is a contradiction that the fold itself notices.
 */
export class AlbumEntryChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-ALBUM-3";

  override afterTurn(turn: LibrarianTurn): void {
    for (const id of turn.shadow.delta.albums.keys()) {
      const album = turn.shadow.albums.get(id);
      if (album === undefined || (album.cover === null && album.order === null)) continue;
      const stranger = [album.cover, ...album.order ?? []].find((file) =>
        file !== null && !album.files.has(file)
      );
      this.expect(
        stranger === undefined,
        id,
        () => `Album ${id} names ${stranger} in its order or as its cover; it is not in it`,
      );
    }
    for (const id of turn.shadow.delta.files.keys()) {
      const file = turn.shadow.files.get(id);
      if (file !== undefined) this.#check(turn.shadow, file);
    }
  }

  /** Every live file and every entry, looked at anew. Linear. */
  override recompute({ shadow }: Watched): void {
    let entries = 0;
    for (const file of shadow.files.values()) {
      this.#check(shadow, file);
      entries += file.albums.length;
    }
    let listed = 0;
    for (const album of shadow.albums.values()) {
      listed += album.files.size;
      for (const id of album.files) {
        const file = shadow.files.get(id);
        this.expect(
          file !== undefined && file.albums.includes(album.id),
          id,
          () => `Entry ${album.id}/${id} points at no live file`,
        );
      }
    }
    this.expect(
      entries === listed,
      "entries",
      () => `Files list ${entries} entries, albums ${listed}`,
    );
  }

  #check(shadow: ShadowLibrary, file: ShadowFile): void {
    let owned = false;
    for (const id of file.albums) {
      if (shadow.albums.get(id)?.owner === file.owner) {
        owned = true;
        break;
      }
    }
    this.expect(owned, file.id, () => `File ${file.id} is live and in no album of ${file.owner}`);
  }
}
