import type { PictureLosses } from "@scenekeep/engine/core";
import type { FaultProfile } from "../world/faults/fault_plan.ts";
import type { Perturbation } from "../world/faults/fault.ts";
import type { Ratio } from "../world/draw.ts";
import type { PromiseId } from "../checkers/promise_id.ts";
import type { ScenarioOperation } from "./operation.ts";

/** Version of the document. Readers accept this and every earlier one. */
export const SCENARIO_FORMAT = "scenario/1";

/** A run of the simulator as a document. Everything that differs between two runs is in it. */
export interface Scenario {
  readonly format: typeof SCENARIO_FORMAT;
  /** The name of its file, without `.json`. */
  readonly id: string;
  /** The promises that the run puts to the test. */
  readonly exercises: readonly PromiseId[];
  /** What could go wrong, in words. */
  readonly why: string;
  readonly seed: number;
  readonly library: {
    readonly kind: "stored" | "folder" | "catalog";
    readonly limitBytes: number;
  };
  readonly world: GeneratedWorld | ListedWorld;
  /** Days in which things happen and faults strike. */
  readonly virtualDays: number;
  /** Quiet days after them, in which all work must end. @default 3 */
  readonly quietDays?: number | undefined;
  /** A shorter span than whole days, for small worlds: instead of `virtualDays`. */
  readonly activeMinutes?: number | undefined;
  /** A shorter quiet tail than whole days: instead of `quietDays`. */
  readonly quietMinutes?: number | undefined;
  /** Steps at stated times. */
  readonly operations?: readonly ScenarioOperation[] | undefined;
  /** Steps drawn from rates. */
  readonly workload?: WorkloadRates | undefined;
  readonly faults?: ScenarioFaults | undefined;
  readonly order?: ScenarioOrder | undefined;
  readonly expect?: Expectations | undefined;
}

/** A library made from numbers. */
export interface GeneratedWorld {
  readonly kind: "generated";
  /** Files that are there when the run begins. */
  readonly filesAtStart: number;
  /** Items that devices shoot or receive during the run. */
  readonly itemsArriving: number;
  readonly devices: number;
  readonly albums: number;
  /** How often things occur among the items. Absent ones do not. */
  readonly ratios?: WorldRatios | undefined;
}

/** Shares of all items, each 0 to 1 as `[numerator, denominator]`. */
export interface WorldRatios {
  /** Items that are byte for byte a copy of an earlier one. */
  readonly exactCopies?: RatioPair | undefined;
  /** Shots that belong to a burst of 2 to 12 near-identical ones. */
  readonly bursts?: RatioPair | undefined;
  /** Bursts that are dense: 30 to 60 shots. */
  readonly denseBursts?: RatioPair | undefined;
  /** Bursts that drift: each shot is near the next one, the ends are far apart. */
  readonly chains?: RatioPair | undefined;
  readonly live?: RatioPair | undefined;
  readonly rawPairs?: RatioPair | undefined;
  readonly videos?: RatioPair | undefined;
  /** Items of the start that are hidden by their own flag. */
  readonly hidden?: RatioPair | undefined;
  readonly favorites?: RatioPair | undefined;
  readonly captions?: RatioPair | undefined;
  /** Files of the start that belong to other people. */
  readonly foreign?: RatioPair | undefined;
  /** Albums that other people see. */
  readonly sharedAlbums?: RatioPair | undefined;
  readonly hiddenAlbums?: RatioPair | undefined;
  /** Albums with a manual order and a cover. */
  readonly arrangedAlbums?: RatioPair | undefined;
  /** Pictures that no model can embed. */
  readonly unembeddable?: RatioPair | undefined;
}

/** Numerator and denominator. */
export type RatioPair = readonly [numerator: number, denominator: number];

/** A library file by file: written by hand, or recorded from a real folder. */
export interface ListedWorld {
  readonly kind: "listed";
  readonly devices?: readonly ListedDevice[] | undefined;
  readonly albums: readonly ListedAlbum[];
  readonly files: readonly ListedFile[];
  /** The model that made the vectors; absent for the virtual one. */
  readonly model?: ListedModel | undefined;
  /** Pairs of pictures that were compared; where it is absent none are. */
  readonly looked?: readonly ListedPair[] | undefined;
  /** What tells pictures from others, of those that are compared; see `PictureDigests`. */
  readonly digests?: readonly ListedDigests[] | undefined;
}

/** Digests of a picture, by the content hash of its file. */
export type ListedDigests = readonly [
  contentHash: string,
  imageData: string | null,
  pixels: string | null,
];

/**
 * Two pictures that were compared, by their content hashes, the smaller first: the squared integer
 * distance that stands in the place of that of their vectors, and the spots that agree.
 */
export type ListedPair = readonly [
  first: string,
  second: string,
  distance: number,
  spots: number,
];

/** What matters of a model: the size of its vectors, and its thresholds. */
export interface ListedModel {
  readonly dimensions: number;
  /** Largest squared integer distance of each tier: `floor(2 · 32767² · cosine distance)`. */
  readonly close: number;
  readonly similar: number;
  readonly related: number;
}

/** A phone or computer. */
export interface ListedDevice {
  readonly id: string;
  /** Where the items of its albums go; an album that is not here is never in scope. */
  readonly backup: readonly { readonly deviceAlbum: string; readonly album: string }[];
}

/** An album at the start. */
export interface ListedAlbum {
  readonly id: string;
  readonly kind?: "regular" | "hidden" | undefined;
  /** Another person; absent for the user's own. */
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  readonly visibleToOthers?: boolean | undefined;
  /** Whether the user may add to an album of another owner. @default true */
  readonly mayAdd?: boolean | undefined;
  readonly cover?: string | undefined;
  readonly order?: readonly string[] | undefined;
}

/** A file at the start. */
export interface ListedFile {
  readonly id: string;
  readonly kind?: "photo" | "live" | "video" | "other" | undefined;
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  /** Stands for the bytes: equal texts are equal bytes. A live photo has `image:video`. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly videoBytes?: number | undefined;
  readonly albums: readonly string[];
  readonly favorite?: boolean | undefined;
  readonly capture?: string | undefined;
  readonly raw?: boolean | undefined;
  readonly takenAtMs?: number | undefined;
  readonly widthPixels?: number | undefined;
  readonly heightPixels?: number | undefined;
  readonly sharpness?: number | undefined;
  /** What its picture shows to have been lost. */
  readonly losses?: PictureLosses | undefined;
  readonly hidden?: boolean | undefined;
  readonly archived?: boolean | undefined;
  readonly caption?: string | undefined;
  readonly rating?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Unit vector quantised to int16; absent when the picture cannot be embedded. */
  readonly vector?: readonly number[] | undefined;
  /** Stands for a vector near others of its scene: `scene` and how far off it is. */
  readonly look?: ListedLook | undefined;
  /** False for a picture that no model can embed. @default true */
  readonly embeddable?: boolean | undefined;
}

/** A vector by description: the scene that it is of, and its place on the scene's line. */
export interface ListedLook {
  readonly scene: string;
  /**
   * Place on a line through the scene, in thousandths of the close threshold's distance: two looks
   * of one scene are as far apart as their places.
   */
  readonly place: number;
}

/** How often the user does things, in actions per day. Absent ones are never done. */
export interface WorkloadRates {
  readonly makeAlbums?: number | undefined;
  readonly addEntries?: number | undefined;
  readonly removeEntries?: number | undefined;
  readonly moveEntries?: number | undefined;
  readonly deleteAlbums?: number | undefined;
  readonly shareAlbums?: number | undefined;
  readonly arrangeAlbums?: number | undefined;
  readonly favorites?: number | undefined;
  readonly hides?: number | undefined;
  readonly captions?: number | undefined;
  readonly localEdits?: number | undefined;
  readonly localDeletions?: number | undefined;
  readonly remoteEdits?: number | undefined;
  readonly explicitUploads?: number | undefined;
  readonly trashFiles?: number | undefined;
  readonly restores?: number | undefined;
  readonly deletesForGood?: number | undefined;
  readonly emptyTrash?: number | undefined;
  readonly exactCleanUps?: number | undefined;
  readonly similarCleanUps?: number | undefined;
  /** Clean-ups of one album instead of the whole library, among both kinds: one in so many. */
  readonly albumScopeEvery?: number | undefined;
  /** Clean-ups that a second device asks for at the same time, among all: one in so many. */
  readonly racedCleanUpEvery?: number | undefined;
  readonly undos?: number | undefined;
  readonly freeUps?: number | undefined;
  /** Most items of one free-up. @default all that are offered */
  readonly itemsPerFreeUp?: number | undefined;
  readonly downloads?: number | undefined;
  readonly notDuplicates?: number | undefined;
  readonly limitChanges?: number | undefined;
  /** Most scenes of one similar clean-up. @default 200 */
  readonly scenesPerCleanUp?: number | undefined;
}

/** What strikes. */
export interface ScenarioFaults {
  readonly profile: FaultProfile;
  /** Only these of the profile; all when absent. */
  readonly enabled?: readonly string[] | undefined;
  /** Other rates and ranges than the usual ones, by fault. */
  readonly settings?:
    | Readonly<
      Record<
        string,
        {
          readonly rate?: RatioPair | undefined;
          readonly min?: number | undefined;
          readonly max?: number | undefined;
        }
      >
    >
    | undefined;
  /** Faults at stated places; they strike whatever the profile is. */
  readonly perturbations?: readonly Perturbation[] | undefined;
}

/**
 * An order that an exploration found: messages and answers take no time, and of all that is due at
 * one moment, what is named first happens first. What is not named comes last.
 */
export interface ScenarioOrder {
  /** Before this time things happen in the order in which they became due. */
  readonly fromMs: number;
  readonly events: readonly string[];
}

/** What a run must have reached; less is a failure, as it would have proven too little. */
export interface Expectations {
  readonly eventsMin?: number | undefined;
  readonly plansMin?: number | undefined;
  readonly itemsAppliedMin?: number | undefined;
  readonly itemsSkippedStaleMin?: number | undefined;
  readonly filesArrivedMin?: number | undefined;
  readonly reclaimedBytesMin?: number | undefined;
  /** Each fault that is drawn must be delivered at least this often. @default 1 */
  readonly eachFaultMin?: number | undefined;
  /** Each promise must be looked at this often; absent: those of `exercises` at least once. */
  readonly eachCheckMin?: number | undefined;
  /** Facts of the library at the end. */
  readonly final?: readonly FinalFact[] | undefined;
}

/** Something that must be so when the world has come to rest. */
export type FinalFact =
  | { readonly kind: "live"; readonly file: string; readonly is: boolean }
  | { readonly kind: "inTrash"; readonly file: string; readonly is: boolean }
  | {
    readonly kind: "entry";
    readonly album: string;
    readonly file: string;
    readonly is: boolean;
  }
  /** How many live files have this content. */
  | { readonly kind: "copies"; readonly contentHash: string; readonly count: number }
  /** How many entries an album has. */
  | { readonly kind: "entries"; readonly album: string; readonly count: number }
  | {
    readonly kind: "onDevice";
    readonly device: string;
    readonly asset: string;
    readonly is: boolean;
  }
  | {
    readonly kind: "plan";
    readonly plan: string;
    readonly phase: "proposed" | "applying" | "finished" | "undoing" | "undone" | "absent";
  }
  | {
    readonly kind: "skipped";
    readonly plan: string;
    readonly reason: string;
    readonly countMin: number;
  }
  /** A command was answered with a refusal of this code, or accepted (`null`). */
  | { readonly kind: "answered"; readonly operation: string; readonly code: string | null }
  | { readonly kind: "caption"; readonly file: string; readonly caption: string };

/** A ratio as draws want it. */
export function ratioOf(pair: RatioPair | undefined): Ratio {
  return pair === undefined
    ? { numerator: 0, denominator: 1 }
    : { numerator: pair[0], denominator: pair[1] };
}
