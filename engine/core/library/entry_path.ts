import type { FileRecord, StoredObject } from "./file.ts";

/** The path of a name in a directory of a folder library; `.` is the root. */
export function pathOfEntry(album: string, name: string): string {
  return album === "." ? name : `${album}/${name}`;
}

/** The name that makes this path in a directory: the other way from `pathOfEntry`. */
export function nameInAlbum(album: string, path: string): string {
  return album === "." ? path : path.slice(album.length + 1);
}

/** The path of an object inside its library, or null when its name has none. */
export function pathOfObject(object: StoredObject): string | null {
  const slash = object.name.indexOf("/");
  return slash < 0 ? null : object.name.slice(slash + 1);
}

/** Where the picture of a file of a folder library is, below the root. */
export function pathOf(file: Pick<FileRecord, "objects">): string | null {
  const original = file.objects.find((object) => object.role === "original");
  return original === undefined ? null : pathOfObject(original);
}
