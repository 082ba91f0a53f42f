import type { AlbumId, FileId } from "./ids.ts";

/**
 * Names of a folder library that are being moved by the user's word, one after the other.
 *
 * There is one move at a time, and while there is one, or a plan is under way, nothing else moves
 * names: so each request to the folder finds what the library knew when it was made.
 */
export type NameMove = MoveOfNames & {
  /** How many of them have been dealt with. */
  readonly position: number;
};

/** What is moved. */
export type MoveOfNames =
  | {
    /**
     * `trash`: the library says already that the files are in the trash; what fails comes back.
     * `restore`: a file lives again once its names are back; what fails stays in the trash.
     */
    readonly kind: "trash" | "restore";
    /** Trash numbers of the files. */
    readonly sequences: readonly number[];
  }
  | {
    /** Links to nothing: each is a name of its file once it leads there; what fails stays. */
    readonly kind: "mend";
    readonly links: readonly MendedLink[];
  }
  | {
    /** Entries that come, go or move: so in the library once the folder is so; what fails stays. */
    readonly kind: "entries";
    readonly changes: readonly EntryChange[];
    /** An album that goes when nothing is left in it at the end; null for none. */
    readonly deletes: AlbumId | null;
  };

/** One change of the entries of a file. */
export interface EntryChange {
  readonly file: FileId;
  /** The album that the file leaves, or null. */
  readonly from: AlbumId | null;
  /** The album that it comes to, and its name there, which is null where there are none. */
  readonly to: { readonly album: AlbumId; readonly name: string | null } | null;
}

/** A name in a directory that is a link to nothing, and the file to which it shall lead. */
export interface MendedLink {
  readonly album: AlbumId;
  readonly name: string;
  readonly file: FileId;
}

/** How many things a move moves. */
export function lengthOfMove(move: MoveOfNames): number {
  switch (move.kind) {
    case "mend":
      return move.links.length;
    case "entries":
      return move.changes.length;
    default:
      return move.sequences.length;
  }
}
