import type { ObjectName } from "@scenekeep/engine/core";
import { FOLDER_STORE } from "./folder_library.ts";

/** The path below the root that an object's name stands for, or null when it stands for none. */
export function folderPath(object: ObjectName): string | null {
  if (!object.startsWith(FOLDER_STORE)) return null;
  const path = object.slice(FOLDER_STORE.length);
  const parts = path.split("/");
  const leaves = parts.some((part) => part === "" || part === "." || part === "..");
  return leaves || path.includes("\0") ? null : path;
}
