/** What every Markdown file must be, as pure functions over its text. */

import { resolveRelative } from "./rooms.ts";
import type { TidyFile } from "./tidy_rules.ts";

/** A link of a Markdown file. */
export interface MarkdownLink {
  /** The line it stands in, from 1. */
  readonly line: number;
  /** What stands between the parentheses, without a title. */
  readonly target: string;
}

/** The lines of a document with the code blocks emptied, so that line numbers stay right. */
export function proseLines(text: string): string[] {
  let fence: string | null = null;
  return text.split("\n").map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark === undefined) return fence === null ? line : "";
    if (fence === null) fence = mark;
    else if (mark.startsWith(fence)) fence = null;
    return "";
  });
}

/** A document has one title, and it is the first thing in it. */
export function titleFindings({ path, text }: TidyFile): string[] {
  const lines = proseLines(text);
  const titles = lines.filter((line) => /^# \S/.test(line)).length;
  const findings: string[] = [];
  if (titles !== 1) findings.push(`${path}: ${titles} titles that start with "# ", must be one`);
  const first = text.split("\n").findIndex((line) => line.trim() !== "");
  if (titles === 1 && !/^# \S/.test(lines[first] ?? "")) {
    findings.push(`${path}: the title must be the first line`);
  }
  return findings;
}

/** The links of a document: inline ones and reference definitions. */
export function markdownLinks(text: string): MarkdownLink[] {
  const links: MarkdownLink[] = [];
  for (const [index, raw] of proseLines(text).entries()) {
    const line = raw.replace(/`[^`]*`/g, "");
    const inline = line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
    const definitions = line.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/g);
    for (const match of [...inline, ...definitions]) {
      if (match[1] !== undefined) links.push({ line: index + 1, target: match[1] });
    }
  }
  return links;
}

/** The anchors of a document: its headings, as the usual renderers name them. */
export function headingAnchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const line of proseLines(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const repeats = seen.get(anchor) ?? 0;
    seen.set(anchor, repeats + 1);
    anchors.add(repeats === 0 ? anchor : `${anchor}-${repeats}`);
  }
  return anchors;
}

/**
 * Links that lead nowhere: to a path that is not tracked, or to a heading that a document does not
 * have. Web addresses are not followed.
 */
export function linkFindings(file: TidyFile, files: ReadonlyMap<string, string>): string[] {
  const findings: string[] = [];
  for (const { line, target } of markdownLinks(file.text)) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
    const [linkPath = "", anchor] = target.split("#");
    const path = linkPath === ""
      ? file.path
      : resolveRelative(file.path, decodeURIComponent(linkPath));
    const at = `${file.path}:${line}`;
    if (!isTracked(path, files)) {
      findings.push(`${at}: link "${target}" leads to "${path}", which is not tracked`);
      continue;
    }
    const text = files.get(path);
    if (anchor === undefined || text === undefined || !path.endsWith(".md")) continue;
    if (!headingAnchors(text).has(anchor)) {
      findings.push(`${at}: link "${target}" names a heading that "${path}" does not have`);
    }
  }
  return findings;
}

function isTracked(path: string, files: ReadonlyMap<string, string>): boolean {
  if (path === "" || files.has(path)) return true;
  const folder = path.endsWith("/") ? path : `${path}/`;
  for (const tracked of files.keys()) if (tracked.startsWith(folder)) return true;
  return false;
}
