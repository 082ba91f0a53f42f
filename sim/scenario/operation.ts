import type { KeepRule, Metadata, ReviewTier } from "@scenekeep/engine/core";
import type { ListedLook } from "./scenario.ts";

/** When something is done, in milliseconds of virtual time, and its name in the run. */
interface Step {
  readonly id: string;
  readonly atMs: number;
}

/**
 * What a user, a device or another person does. Names of files and albums are those of the world.
 */
export type ScenarioOperation =
  & Step
  & (
    | AlbumOperation
    | FileOperation
    | DeviceOperation
    | TrashOperation
    | CleanUpOperation
    | LibraryOperation
  );

/** Albums and entries. */
export type AlbumOperation =
  | {
    readonly kind: "makeAlbum";
    readonly album: string;
    readonly albumKind?: "regular" | "hidden" | undefined;
    readonly visibleToOthers?: boolean | undefined;
  }
  | { readonly kind: "deleteAlbum"; readonly album: string; readonly files: "keep" | "trash" }
  | { readonly kind: "shareAlbum"; readonly album: string; readonly visibleToOthers: boolean }
  | {
    readonly kind: "arrangeAlbum";
    readonly album: string;
    readonly cover: string | null;
    readonly order: readonly string[] | null;
  }
  | { readonly kind: "addEntry"; readonly album: string; readonly file: string }
  | { readonly kind: "removeEntry"; readonly album: string; readonly file: string }
  | {
    readonly kind: "moveEntry";
    readonly from: string;
    readonly to: string;
    readonly file: string;
  };

/** Single files. */
export type FileOperation =
  | {
    readonly kind: "changeMetadata";
    readonly file: string;
    readonly change: { readonly [Field in keyof Metadata]?: Metadata[Field] | undefined };
  }
  | { readonly kind: "setFavorite"; readonly file: string; readonly favorite: boolean }
  | { readonly kind: "notDuplicates"; readonly left: string; readonly right: string }
  /** A client uploads content, new or in place of a file's. */
  | {
    readonly kind: "upload";
    readonly file: string;
    readonly contentHash: string;
    readonly sizeBytes: number;
    readonly album: string;
    readonly intent: "automatic" | "explicit";
    readonly replaces?: string | undefined;
    /** The client goes away once its upload was granted. */
    readonly abandons?: boolean | undefined;
    readonly look?: ListedLook | undefined;
    /** Unit vector quantised to int16; instead of a look. */
    readonly vector?: readonly number[] | undefined;
  };

/** An item that comes to a device with others. */
export interface ArrivingItem {
  readonly asset: string;
  readonly kind: "photo" | "live" | "video" | "other";
  /** `image:video` for a live photo. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly videoBytes?: number | undefined;
  readonly deviceAlbums: readonly string[];
  readonly capture?: string | undefined;
  readonly raw?: boolean | undefined;
  readonly takenAtMs?: number | undefined;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Unit vector quantised to int16. */
  readonly vector?: readonly number[] | undefined;
  readonly embeddable?: boolean | undefined;
}

/** What happens on a device. */
export type DeviceOperation =
  | {
    readonly kind: "shoot";
    readonly device: string;
    readonly asset: string;
    readonly contentHash: string;
    readonly sizeBytes: number;
    readonly deviceAlbums: readonly string[];
    readonly live?: boolean | undefined;
    readonly look?: ListedLook | undefined;
    readonly takenAtMs?: number | undefined;
  }
  /** Several items at once, as a scanner finds them after an import. */
  | {
    readonly kind: "arrive";
    readonly device: string;
    readonly items: readonly ArrivingItem[];
  }
  /** The bytes of an item change on the device. */
  | {
    readonly kind: "editLocally";
    readonly device: string;
    readonly asset: string;
    readonly contentHash: string;
    readonly sizeBytes: number;
    /** The keeper is told six hours later: its own look at the bytes finds them changed before. */
    readonly silent?: boolean | undefined;
    readonly look?: ListedLook | undefined;
    /** Unit vector quantised to int16; instead of a look. */
    readonly vector?: readonly number[] | undefined;
  }
  | { readonly kind: "deleteLocally"; readonly device: string; readonly asset: string }
  | {
    readonly kind: "chooseAlbums";
    readonly device: string;
    readonly backup: readonly { readonly deviceAlbum: string; readonly album: string }[];
  }
  /** Asks what can be freed and confirms all of it. */
  | {
    readonly kind: "freeUp";
    readonly device: string;
    readonly olderThanMs?: number | undefined;
    /** Only so many of what the review offers. */
    readonly itemsMax?: number | undefined;
    readonly deviceAlbums?: readonly string[] | undefined;
  }
  /** Confirms these items without a review. */
  | { readonly kind: "freeUpAssets"; readonly device: string; readonly assets: readonly string[] }
  | { readonly kind: "download"; readonly device: string; readonly asset: string };

/** The trash. */
export type TrashOperation =
  | { readonly kind: "trashFiles"; readonly files: readonly string[] }
  | { readonly kind: "restoreFiles"; readonly files: readonly string[] }
  /** The newest version of each in the trash becomes the current one. */
  | { readonly kind: "restoreVersion"; readonly file: string }
  | { readonly kind: "deleteForGood"; readonly files: readonly string[] }
  | { readonly kind: "emptyTrash" };

/** Clean-ups. */
export type CleanUpOperation =
  | {
    readonly kind: "cleanExact";
    readonly plan: string;
    readonly album?: string | undefined;
    readonly keepRules?: readonly KeepRule[] | undefined;
    /** Confirmed as soon as it is ready. @default true */
    readonly confirm?: boolean | undefined;
    /** Time between the plan and its confirmation. @default 0, or drawn with a workload */
    readonly thinkMs?: number | undefined;
  }
  | {
    readonly kind: "cleanSimilar";
    readonly plan: string;
    readonly tier: ReviewTier;
    readonly album?: string | undefined;
    readonly consentAlbums?: readonly string[] | undefined;
    /** Marks that the user makes; for all else what is proposed. */
    readonly choices?: Readonly<Record<string, "keep" | "delete">> | undefined;
    readonly confirm?: boolean | undefined;
    /** Time between the plan and its confirmation. @default 0, or drawn with a workload */
    readonly thinkMs?: number | undefined;
    readonly scenesMax?: number | undefined;
    /** Where among the offered scenes the user begins. @default drawn */
    readonly scenesFrom?: number | undefined;
  }
  | { readonly kind: "confirmPlan"; readonly plan: string }
  | { readonly kind: "discardPlan"; readonly plan: string }
  | { readonly kind: "undoPlan"; readonly plan: string };

/** The library as a whole. */
export type LibraryOperation =
  | { readonly kind: "setLimit"; readonly limitBytes: number }
  | { readonly kind: "trustClock" };
