import type { ObjectFacts, ObjectName, Outcome } from "@scenekeep/engine/core";

/** What is known of an object's bytes: their number and the hash of them all. */
export interface Content {
  readonly sizeBytes: number;
  readonly contentHash: string;
}

/** The outcome of a change to a holder. */
export type HolderOutcome = Outcome<{ readonly kind: "acknowledged" }>;

/**
 * A virtual place where objects are: an object store or a folder tree. An object's name starts with
 * the name of its holder and a slash.
 */
export interface ObjectHolder {
  readonly name: string;
  /** The process that must be up for the holder to answer; null when it is outside of all. */
  readonly process: string | null;
  /** How long it takes to find an object, and to move this many bytes. */
  durationMs(sizeBytes: number): number;
  /** The content under a name, or null. */
  content(object: ObjectName): Content | null;
  write(object: ObjectName, content: Content): HolderOutcome;
  remove(object: ObjectName, expectedHash: string | null): HolderOutcome;
  /** What a crash or a bad disk leaves under a name, whatever was there. */
  damage(object: ObjectName, content: Content): void;
  /** Puts content there from outside of the engine, as a user or another program does. */
  put(object: ObjectName, content: Content): void;
  /** Takes content away from outside of the engine. */
  erase(object: ObjectName): void;
  /** All objects with content, in the order in which they came. */
  objects(): Iterable<readonly [ObjectName, Content]>;
}

/** The name of the holder of an object: all before the first slash. */
export function holderOf(object: ObjectName): string {
  const slash = object.indexOf("/");
  return slash < 0 ? object : object.slice(0, slash);
}

/** Facts of a content, as a port hands them over. */
export function factsOf(content: Content, read: "stat" | "hash"): ObjectFacts {
  return {
    kind: "objectFacts",
    sizeBytes: content.sizeBytes,
    contentHash: read === "hash" ? content.contentHash : null,
  };
}
