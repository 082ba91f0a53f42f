import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from "node:fs";
import { join } from "@std/path";
import { openSystemNames } from "../folder/system_names.ts";

/** Copies a tree with its times and permissions, and makes it writable. */
export function copyTree(from: string, to: string): void {
  const system = openSystemNames();
  const visit = (source: string, target: string): void => {
    const facts = lstatSync(source);
    if (facts.isDirectory()) {
      mkdirSync(target, { recursive: true });
      for (const name of readdirSync(source)) visit(join(source, name), join(target, name));
    } else if (facts.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else copyFileSync(source, target);
    system.setModified(target, system.modifiedNs(source));
  };
  visit(from, to);
  system.close();
}
