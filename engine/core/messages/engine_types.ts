import type { ActorTypes, EffectOf, IncomingOf } from "../protocol/actor.ts";
import type { ObjectName } from "../protocol/ids.ts";
import type { LibraryEvent } from "../library/events.ts";
import type { MeasuredFacts } from "../library/file.ts";
import type { ContentHash } from "../library/ids.ts";
import type { PictureDigests } from "../library/same_picture.ts";
import type { GroupingCommand, GroupingReply } from "./grouping_messages.ts";
import type { KeeperCommand, KeeperEvent, KeeperReply } from "./keeper_messages.ts";
import type { LibrarianCommand, LibrarianReport, LibrarianRequest } from "./librarian_messages.ts";
import type { LibrarianReply } from "./librarian_replies.ts";

/** Everything that one actor of the engine may say to another. */
export type EngineMessage =
  | LibrarianCommand
  | LibrarianReply
  | LibrarianReport
  | LibrarianRequest
  | GroupingCommand
  | GroupingReply
  | KeeperCommand
  | KeeperReply;

/** Two pictures that were compared by more than their vectors. */
export interface LookedPair {
  /** The smaller content hash of the two. */
  readonly first: ContentHash;
  readonly second: ContentHash;
  /** Stands in the place of the distance of their vectors, in the same integers. */
  readonly distance: number;
  /** Spots of both pictures that agree on one change of view. */
  readonly spots: number;
  /** Whether the one shows the other in a mirror. */
  readonly isMirrored: boolean;
  /**
   * Why they were compared: they look alike as a whole, with one of them turned, with
   * what is inside an even border of one, or each looks like a third picture.
   */
  readonly view: "whole" | "turned" | "inside" | "through";
}

/** What compression has left on a picture. */
export interface PictureTraces {
  readonly contentHash: ContentHash;
  /** More than 0: a step is twice as much. */
  readonly compressionSteps: number;
}

/** A content whose picture is that of another content too. */
export interface ContentDigests {
  readonly contentHash: ContentHash;
  readonly digests: PictureDigests;
}

/** Work for the compute port. Every job is idempotent. */
export type EngineJob =
  /** Decode, orient, shrink, embed and quantise one picture. */
  | { readonly kind: "embed"; readonly contentHash: ContentHash; readonly object: ObjectName }
  /** Keep a vector. What was recorded first for the content and model stays. */
  | {
    readonly kind: "storeVector";
    readonly contentHash: ContentHash;
    readonly vector: Int16Array;
  }
  | { readonly kind: "loadVectors"; readonly contentHashes: readonly ContentHash[] }
  /**
   * Compare the pictures that may show the same thing, of each crowd by itself: contents with
   * recorded vectors, in order. What comes of it depends on the crowds alone.
   */
  | { readonly kind: "lookAgain"; readonly crowds: readonly (readonly ContentHash[])[] }
  /** Derived data goes with the content that it was made from. */
  | { readonly kind: "eraseVectors"; readonly contentHashes: readonly ContentHash[] };

/** What the compute port hands back. */
export type EngineResult =
  | {
    readonly kind: "embedding";
    readonly vector: Int16Array;
    readonly sharpness: number;
    readonly measured?: MeasuredFacts;
  }
  /** The picture cannot be embedded, and trying again will not help. */
  | { readonly kind: "notEmbeddable"; readonly reason: string }
  | { readonly kind: "vectorStored" }
  | { readonly kind: "vectorsErased" }
  | {
    readonly kind: "vectors";
    /** In the order asked; null where none is recorded. */
    readonly vectors: readonly (Int16Array | null)[];
  }
  | {
    readonly kind: "lookedAgain";
    /** All pairs that were compared, of all crowds. */
    readonly pairs: readonly LookedPair[];
    /** Pictures that show the same as another and bear traces of compression; absent for none. */
    readonly traces?: readonly PictureTraces[];
    /** Contents of which another one of their crowd holds the same picture; absent for none. */
    readonly digests?: readonly ContentDigests[];
  }
  /** A part of the work is done; asked again, the port goes on. */
  | { readonly kind: "lookingAgain" };

/** The types of the engine's system of actors. */
export interface EngineTypes extends ActorTypes {
  readonly message: EngineMessage;
  readonly event: LibraryEvent | KeeperEvent;
  readonly job: EngineJob;
  readonly result: EngineResult;
}

/** An effect of an engine actor. */
export type EngineEffect = EffectOf<EngineTypes>;

/** Something that an engine actor receives. */
export type EngineIncoming = IncomingOf<EngineTypes>;
