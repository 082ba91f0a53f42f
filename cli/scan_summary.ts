import type { ScanResult } from "@scenekeep/engine/host";
import { isMendable, lostLinkLines } from "./lost_link_lines.ts";
import { bytesText, count, durationText, grouped, printable, tierText } from "./wording.ts";

/** Groups of one kind that the summary shows; the others are counted. */
const GROUPS_SHOWN = 20;

/** Files of one reason, or of one group, that the summary shows. */
const FILES_SHOWN = 12;

/** What to say besides what was found. */
export interface SummaryContext {
  /** As the user wrote it. */
  readonly folder: string;
  readonly exactOnly: boolean;
  /** Where the plan was written, or null. */
  readonly planPath: string | null;
  /** Where the contact sheet was written, or null. */
  readonly sheetPath: string | null;
}

/** A scan as a person reads it. */
export function scanSummary(result: ScanResult, context: SummaryContext): string {
  const { numbers } = result;
  const { files, albums, bytes, elapsedMs } = numbers;
  const lines = [
    `Looked at ${count(files, "file")} in ${count(albums, "folder")}, ${bytesText(bytes)}, ` +
    `in ${durationText(elapsedMs)}`,
    "",
    ...exactLines(result),
    ...(context.exactOnly ? [] : similarLines(result)),
    ...unreadableLines(result),
    ...lostLines(result, context),
    `To win: ${bytesText(numbers.bytesToWin)} by removing ${removedText(numbers)}` +
    (context.exactOnly ? "" : `, of that ${bytesText(numbers.exactBytesToWin)} of exact copies`),
    "Nothing was changed.",
    ...(context.sheetPath === null ? [] : [`Contact sheet: ${printable(context.sheetPath)}`]),
    ...nextLines(numbers.filesToRemove + numbers.namesToRemove > 0, context),
  ];
  return `${lines.join("\n")}\n`;
}

/** `3 files`, and where one directory was looked at: `and 2 names of files that live on`. */
function removedText({ filesToRemove, namesToRemove }: ScanResult["numbers"]): string {
  const names = namesToRemove === 0
    ? ""
    : ` and ${count(namesToRemove, "name")} of files that live on elsewhere`;
  return `${count(filesToRemove, "file")}${names}`;
}

function exactLines({ report }: ScanResult): string[] {
  const { exact } = report;
  if (exact.length === 0) return ["No exact copies", ""];
  return [
    `Exact copies: ${count(exact.length, "group")}`,
    ...shown(exact, GROUPS_SHOWN, "group").flatMap((group) =>
      typeof group === "string"
        ? [`  ${group}`]
        : [`  ${printable(group.keeper)} stays: ${printable(group.why)}`, ...others(group, "=")]
    ),
    "",
  ];
}

function similarLines({ report, numbers }: ScanResult): string[] {
  const { similar } = report;
  const blank = numbers.blankPictures === 0
    ? []
    : [`  ${count(numbers.blankPictures, "blank picture")} left out: they all look alike`];
  if (similar.length === 0) return ["No similar pictures", ...blank, ""];
  const tiers = new Map<string, number>();
  for (const { tier } of similar) tiers.set(tier, (tiers.get(tier) ?? 0) + 1);
  const split = [...tiers].map(([tier, number]) => `${number} ${tierText(tier)}`).sort().join(", ");
  return [
    `Similar pictures: ${count(similar.length, "group")} (${split})`,
    ...blank,
    ...shown(similar, GROUPS_SHOWN, "group").flatMap((group) =>
      typeof group === "string" ? [`  ${group}`] : [
        `  ${printable(group.keeper)} stays: ${printable(group.why)} (${reasonText(group)})`,
        ...others(group, "~"),
      ]
    ),
    "",
  ];
}

/** How sure a group is and what speaks for it; of one picture the latter says both. */
function reasonText({ grouped, tier }: ScanResult["report"]["similar"][number]): string {
  const isOne = tier === "sameImage" || tier === "samePixels";
  return isOne ? grouped : `${tierText(tier)}: ${grouped}`;
}

function others(
  group: { readonly keeper: string; readonly files: readonly string[] },
  sign: string,
): string[] {
  const files = group.files.filter((file) => file !== group.keeper);
  return shown(files, FILES_SHOWN, "file").map((file) => `    ${sign} ${printable(file)}`);
}

function unreadableLines({ report }: ScanResult): string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, reason } of report.unreadable) {
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, [file]);
    else known.push(file);
  }
  if (byReason.size === 0) return [];
  const lines = [`Left out: ${count(report.unreadable.length, "name")}`];
  for (const [reason, files] of byReason) {
    lines.push(`  ${printable(reason)}`);
    for (const file of shown(files, FILES_SHOWN, "file")) lines.push(`    ${printable(file)}`);
  }
  return [...lines, ""];
}

function lostLines({ report }: ScanResult, { folder }: SummaryContext): string[] {
  const { lostLinks } = report;
  if (lostLinks.length === 0) return [];
  const mended = lostLinks.filter(isMendable).length;
  const next = `  Next: deno task repair ${printable(JSON.stringify(folder))} would mend ${mended}`;
  return [
    `Links that lead nowhere: ${grouped(lostLinks.length)}`,
    ...lostLinkLines(lostLinks),
    ...(mended === 0 ? [] : [next]),
    "",
  ];
}

/** The first entries, and how many more there are. */
function shown<Entry>(
  entries: readonly Entry[],
  most: number,
  noun: string,
): (Entry | string)[] {
  if (entries.length <= most + 1) return [...entries];
  const more = entries.length - most;
  return [...entries.slice(0, most), `and ${count(more, `more ${noun}`)}: --json lists all`];
}

function nextLines(hasPlan: boolean, context: SummaryContext): string[] {
  const folder = JSON.stringify(context.folder);
  if (context.planPath !== null) {
    const path = printable(JSON.stringify(context.planPath));
    return [
      `Plan: ${printable(context.planPath)}, with its certificate`,
      ...(hasPlan ? [`Next: deno task apply ${path} carries it out; undo takes it back`] : []),
    ];
  }
  const lines: string[] = [];
  if (hasPlan) lines.push(`Next: deno task scan ${folder} --plan plan.json writes the plan`);
  lines.push(
    `Try it out: deno task record ${folder} library.json, then deno task sim library.json`,
  );
  return lines;
}
