import { foldedName } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { mkdirSync } from "node:fs";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { OWN_DIRECTORY } from "../folder/folder_entry.ts";
import { codeOf } from "../folder/name_failure.ts";
import type { SystemNames } from "../folder/system_names.ts";
import { directoryName } from "./directory_name.ts";
import { writeWhole } from "./write_whole.ts";

/** The directory of the library in which each device has one. */
export const DEVICES_ALBUM = "Devices";

/** A directory of a device that was chosen for backup, and the album that it has in the library. */
export interface ChosenAlbum {
  /** Below the device, `.` for the device itself. */
  readonly device: string;
  /** Below the library. */
  readonly library: string;
}

/** What a library knows of a device: its name and what the user chose. */
export interface DeviceRecord {
  readonly version: 1;
  readonly name: string;
  /** In order of choice. What is not among them is never read, nor freed. */
  readonly albums: readonly ChosenAlbum[];
}

/**
 * The name of a device as the name of a directory.
 *
 * @throws {CleanUpError} `REFUSED` when it cannot be one.
 */
export function deviceName(name: string): string {
  if (name !== "" && directoryName(name) === name) return name;
  throw new CleanUpError(
    "REFUSED",
    `Cannot call the device "${name}": say --name with a name that can be one of a directory`,
  );
}

/**
 * What is known of a device; null when it was never backed up.
 *
 * @throws {CleanUpError} `FOLDER_UNUSABLE` when the record cannot be read.
 */
export function readDeviceRecord(library: string, name: string): DeviceRecord | null {
  const path = recordPath(library, name);
  try {
    const record = JSON.parse(Deno.readTextFileSync(path)) as DeviceRecord;
    if (record.version === 1 && record.name === name && Array.isArray(record.albums)) return record;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new CleanUpError("FOLDER_UNUSABLE", `Cannot read "${path}": ${String(error)}`, error);
  }
  throw new CleanUpError("FOLDER_UNUSABLE", `Cannot read "${path}": it is of another version`);
}

/** Keeps what is known of a device. */
export function writeDeviceRecord(
  system: SystemNames,
  library: string,
  record: DeviceRecord,
): void {
  mkdirSync(join(library, OWN_DIRECTORY, "devices"), { recursive: true });
  writeWhole(system, recordPath(library, record.name), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record with more albums chosen. Two that fold to one name get albums of their own. */
export function withAlbums(record: DeviceRecord, chosen: readonly string[]): DeviceRecord {
  const albums = [...record.albums];
  const known = new Set(albums.map(({ device }) => device));
  const taken = new Set(albums.map(({ library }) => foldedName(library)));
  for (const device of chosen) {
    if (known.has(device)) continue;
    const place = device === "." ? "" : `/${device}`;
    let library = `${DEVICES_ALBUM}/${record.name}${place}`;
    for (let number = 2; taken.has(foldedName(library)); number += 1) {
      library = `${DEVICES_ALBUM}/${record.name}${place} (${number})`;
    }
    taken.add(foldedName(library));
    albums.push({ device, library });
  }
  return { ...record, albums };
}

function recordPath(library: string, name: string): string {
  return join(library, OWN_DIRECTORY, "devices", `${name}.json`);
}
