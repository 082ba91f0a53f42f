import type { LostLink } from "@scenekeep/engine/host";
import { count, printable } from "./wording.ts";

/** Links that are shown; the others are counted. */
const LINKS_SHOWN = 20;

/** Links that lead nowhere as a person reads them: where each led, and what would mend it. */
export function lostLinkLines(links: readonly LostLink[]): string[] {
  const shown = links.length <= LINKS_SHOWN + 1 ? links : links.slice(0, LINKS_SHOWN);
  const more = links.length - shown.length;
  return [
    ...shown.map((link) =>
      `  ${printable(link.file)}, which led to ${printable(link.target)}: ${mendText(link)}`
    ),
    ...(more === 0 ? [] : [`  and ${count(more, "more link")}: --json lists all`]),
  ];
}

/** True for a link that `repair` can do something about. */
export function isMendable({ mend }: LostLink): boolean {
  return mend.kind === "copy" || mend.kind === "trash";
}

/** What would mend a link. */
export function mendText({ file, mend }: LostLink): string {
  switch (mend.kind) {
    case "copy":
      return `${printable(mend.file)} holds the same`;
    case "trash":
      return `number ${mend.number} in the trash holds the same, and would come back ` +
        (mend.file === file ? "here" : `as ${printable(mend.file)}`);
    case "link":
      return `it is mended with ${printable(mend.file)}`;
    case "nothing":
      return `nothing would mend it: ${printable(mend.reason)}`;
  }
}
