/** What would let a link lead somewhere again. */
export type Mend =
  /** This file of the folder holds what the link led to. */
  | { readonly kind: "copy"; readonly file: string }
  /** That is in the trash under this number, and comes back as `file`. */
  | { readonly kind: "trash"; readonly number: number; readonly file: string }
  /** It leads to a link that leads nowhere itself, and is mended with that one. */
  | { readonly kind: "link"; readonly file: string }
  /** Nothing that is known. */
  | { readonly kind: "nothing"; readonly reason: string };

/** A link that leads nowhere. */
export interface LostLink {
  /** The link, below the folder. */
  readonly file: string;
  /** Where it leads, as it says it. */
  readonly target: string;
  readonly mend: Mend;
}
