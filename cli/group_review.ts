import type { ReviewAnswer, ReviewGroup } from "@scenekeep/engine/host";
import { bytesText, printable, tierText } from "./wording.ts";

/** Files of a group that are shown at once; the others scroll. */
const FILES_SHOWN = 16;

/** Clears a terminal and goes to its upper left corner. */
const CLEAR = "\x1b[2J\x1b[H";

/** The square of 32,767, twice: the squared distance of vectors of cosine distance 1. */
const UNIT_DISTANCE = 2 * 32_767 ** 2;

/** One group on the screen: where the cursor is, what stays, and what the last key did. */
export class GroupReview {
  readonly #group: ReviewGroup;
  readonly #keep: Set<string>;
  #cursor = 0;
  #message = "";

  constructor(group: ReviewGroup) {
    this.#group = group;
    this.#keep = new Set(
      group.members.filter(({ choice }) => choice === "keep").map(({ file }) => file),
    );
  }

  /** Takes a key; the answer once the group is decided, else null. */
  press(key: string): ReviewAnswer | null {
    const { members } = this.#group;
    const file = members[this.#cursor]?.file ?? "";
    this.#message = "";
    switch (key) {
      case "\x1b[A":
      case "k":
        this.#cursor = Math.max(0, this.#cursor - 1);
        return null;
      case "\x1b[B":
      case "j":
        this.#cursor = Math.min(members.length - 1, this.#cursor + 1);
        return null;
      case " ":
        if (members[this.#cursor]?.mayGo === false) this.#message = "It is protected: it stays";
        else if (!this.#keep.delete(file)) this.#keep.add(file);
        return null;
      case "o":
        this.#keep.clear();
        for (const member of members) if (!member.mayGo) this.#keep.add(member.file);
        this.#keep.add(file);
        return null;
      case "\r":
      case "\n":
        if (this.#keep.size > 0) return { kind: "keep", files: this.#keep };
        this.#message = "At least one must stay";
        return null;
      case "n":
        if (this.#group.tier !== "exact") return { kind: "notDuplicates" };
        this.#message = "Equal bytes are duplicates: skip the group to keep all";
        return null;
      case "s":
        return { kind: "skip" };
      case "q":
        return { kind: "finish" };
      default:
        this.#message = "Use: arrows, space, o, enter, n, s, q";
        return null;
    }
  }

  /** The group as text for a terminal. */
  screen(title: string): string {
    const { members, tier, diameter } = this.#group;
    const kind = tier === "exact"
      ? "exact copies"
      : `${tierText(tier)}, at most ${(diameter / UNIT_DISTANCE).toFixed(4)} apart`;
    const from = Math.max(0, Math.min(this.#cursor - 8, members.length - FILES_SHOWN));
    const lines = members.slice(from, from + FILES_SHOWN).map(({ file, sizeBytes }, index) => {
      const pointer = from + index === this.#cursor ? ">" : " ";
      const choice = this.#keep.has(file) ? "keep  " : "DELETE";
      return `${pointer} ${choice}  ${bytesText(sizeBytes).padStart(11)}  ${printable(file)}`;
    });
    const hidden = members.length - lines.length;
    return [
      `${CLEAR}${title}: ${kind}`,
      "",
      ...lines,
      ...(hidden > 0 ? [`  ${hidden} more`] : []),
      "",
      this.#message,
      "space keep/delete · o only this · enter next · n not duplicates · s skip · q finish",
      "",
    ].join("\n");
  }
}
