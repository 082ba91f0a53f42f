import { dirname, join, relative } from "@std/path";

/** What a link at `path` says to lead to `target`, both below the root. */
export function linkText(path: string, target: string): string {
  return relative(dirname(join("/", path)), join("/", target));
}
