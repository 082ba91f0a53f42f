/**
 * Files of a folder library whose names are being moved by the user's word, one after the other.
 *
 * There is one move at a time, and while there is one, or a plan is under way, nothing else moves
 * names: so each request to the folder finds what the library knew when it was made.
 */
export interface NameMove {
  /**
   * `trash`: the library says already that the files are in the trash; what fails comes back.
   * `restore`: a file lives again once its names are back; what fails stays in the trash.
   */
  readonly kind: "trash" | "restore";
  /** Trash numbers of the files. */
  readonly sequences: readonly number[];
  /** How many of them have been dealt with. */
  readonly position: number;
}
