import {
  type AlbumId,
  type ContentHash,
  type EngineTypes,
  type FileId,
  identifier,
  LIBRARIAN,
  NO_METADATA,
  type ObjectName,
  type ReservationId,
  type StoredObject,
} from "@scenekeep/engine/core";
import { LIBRARY_STORE } from "../checkers/stored_bytes.ts";
import type { FileOperation } from "../scenario/operation.ts";
import { ObjectStore } from "../world/object_store.ts";
import type { World } from "../world/world.ts";
import { codeOf } from "./reply_code.ts";
import type { UserClient } from "./user_client.ts";

type Upload = FileOperation & { kind: "upload" };

/** Size of the thumbnail that a client makes. */
const THUMBNAIL_BYTES = 30_000;

/** A client uploads a picture with its thumbnail: asks, writes, commits. */
export function upload(
  client: UserClient,
  operation: Upload & { readonly id: string },
  options: {
    world: () => World<EngineTypes>;
    replaces: FileId | null;
    takenAtMs: number;
    answered: (code: string | null) => void;
  },
): void {
  const reservation = identifier<ReservationId>(`client/${operation.id}`);
  const nameOf = (role: string): ObjectName =>
    identifier(`${LIBRARY_STORE}/client/${operation.id}/${role}`);
  const objects: StoredObject[] = [
    { role: "original", name: nameOf("original"), sizeBytes: operation.sizeBytes },
    { role: "thumbnail", name: nameOf("thumbnail"), sizeBytes: THUMBNAIL_BYTES },
  ];
  const contentHash = identifier<ContentHash>(operation.contentHash);
  const target = { album: identifier<AlbumId>(operation.album) };
  const { intent } = operation;
  client.ask(operation.id, {
    to: LIBRARIAN,
    body: {
      kind: "offerUpload",
      reservation,
      contentHash,
      objects,
      target,
      intent,
      replaces: options.replaces,
    },
  }, (reply) => {
    if (reply.kind !== "uploadGranted") return options.answered(codeOf(reply));
    if (!write(options.world(), objects, operation.contentHash)) return options.answered("GONE");
    if (operation.abandons === true) return options.answered(null);
    client.ask(`${operation.id}/commit`, {
      to: LIBRARIAN,
      body: {
        kind: "commitUpload",
        reservation,
        file: options.replaces ?? identifier<FileId>(operation.file),
        fileKind: "photo",
        name: `${operation.file}.jpg`,
        capture: null,
        contentHash,
        objects,
        facts: {
          widthPixels: 4000,
          heightPixels: 3000,
          sharpness: null,
          takenAtMs: options.takenAtMs,
          raw: false,
          reencoded: false,
        },
        metadata: NO_METADATA,
        target,
      },
    }, (answer) => options.answered(codeOf(answer)));
  });
}

/** Puts the bytes into the library's store, unless their names were given up meanwhile. */
function write(
  world: World<EngineTypes>,
  objects: readonly StoredObject[],
  contentHash: string,
): boolean {
  const store = world.holder(LIBRARY_STORE);
  for (const { name, role, sizeBytes } of objects) {
    if (store instanceof ObjectStore && store.isRemoved(name)) return false;
    const hash = role === "original" ? contentHash : `t${contentHash}`;
    world.changeOutside(name, { sizeBytes, contentHash: hash });
  }
  return true;
}
