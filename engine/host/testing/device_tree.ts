import { join } from "@std/path";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "@std/path";
import { quickFolder } from "./quick_folder.ts";

/** A device and a library beside each other. */
export interface DeviceTree {
  readonly device: string;
  readonly library: string;
  readonly cache: string;
  /** The folder that both are in. */
  readonly beside: string;
}

/** Shots of one and two parts, copies on the device and in the library, odd names. */
export const DEVICE_FILES: Readonly<Record<string, string>> = {
  "Camera/IMG_1.jpg": "one",
  "Camera/IMG_2.jpg": "two",
  "Camera/shot.cr2": "raw",
  "Camera/shot.jpg": "picture",
  "Camera/new\nline.mp4": "film",
  "Messenger/ä/copy of 1.jpg": "one",
  "top.png": "top",
};

/** What the library has before: one content of the device, and one that the device has not. */
export const LIBRARY_FILES: Readonly<Record<string, string>> = {
  "Trip/x.jpg": "two",
  "Trip/y.jpg": "other",
};

/** Everything is older than this: 2020-09-13. */
const LONG_AGO_S = 1_600_000_000;

/** Writes files of some kilobytes each, and gives them times of long ago, all different. */
export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [index, [path, text]] of Object.entries(files).entries()) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text.repeat(1000));
    utimesSync(full, LONG_AGO_S + index, LONG_AGO_S + index + 0.25);
  }
}

/** Makes a device called `Phone` and a library, uses them, and removes them. */
export async function withDevice(
  use: (tree: DeviceTree) => Promise<void>,
  files: Readonly<Record<string, string>> = DEVICE_FILES,
): Promise<void> {
  const beside = await quickFolder("scenekeep-device-");
  try {
    const tree = {
      beside,
      device: join(beside, "Phone"),
      library: join(beside, "library"),
      cache: join(beside, "cache"),
    };
    writeFiles(tree.device, files);
    writeFiles(tree.library, LIBRARY_FILES);
    symlinkSync("Camera/IMG_1.jpg", join(tree.device, "link.jpg"));
    await use(tree);
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** What lies aside in a library, or was rescued there: nothing, once it has settled. */
export function leftBehind(library: string): string[] {
  return ["aside", "rescued"].flatMap((name) => {
    try {
      return readdirSync(join(library, ".scenekeep", name));
    } catch {
      return [];
    }
  });
}
