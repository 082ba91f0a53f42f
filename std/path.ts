/**
 * The part of `@std/path` that this project uses: same names and signatures, our own code over the
 * runtime's `node:path`. To use the real package, change one line of `deno.json`.
 *
 * @module
 */

import * as nodePath from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The character between two parts of a path: `/`, or `\` on Windows. */
export const SEPARATOR = nodePath.sep as "/" | "\\";

/** The last part of a path, without the suffix if it ends with it. */
export function basename(path: string, suffix = ""): string {
  return nodePath.basename(path, suffix);
}

/** The path without its last part. */
export function dirname(path: string): string {
  return nodePath.dirname(path);
}

/** The extension of the last part with its dot, or the empty string. */
export function extname(path: string): string {
  return nodePath.extname(path);
}

/** Whether the path starts at the root. */
export function isAbsolute(path: string): boolean {
  return nodePath.isAbsolute(path);
}

/** The parts joined and normalised. */
export function join(path: string | URL, ...paths: string[]): string {
  return nodePath.join(path instanceof URL ? fromFileUrl(path) : path, ...paths);
}

/** The relative path that leads from one place to another. */
export function relative(from: string, to: string): string {
  return nodePath.relative(from, to);
}

/** The parts read from right to left until the path is absolute; the current folder at the end. */
export function resolve(...pathSegments: string[]): string {
  return nodePath.resolve(...pathSegments);
}

/**
 * The path of a file URL.
 *
 * @throws {TypeError} when the URL is not a file URL.
 */
export function fromFileUrl(url: string | URL): string {
  return fileURLToPath(url);
}

/**
 * The file URL of an absolute path.
 *
 * @throws {TypeError} when the path is not absolute.
 */
export function toFileUrl(path: string): URL {
  if (!isAbsolute(path)) {
    throw new TypeError(`Cannot make a file URL as the path must be absolute: received "${path}"`);
  }
  return pathToFileURL(path);
}
