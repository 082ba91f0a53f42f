import type { ObjectName, StoredObject } from "@scenekeep/engine/core";
import type { ObjectDuty, ShadowObject } from "./shadow_records.ts";

/** Sums of bytes by who answers for them. */
export interface DutySums {
  live: number;
  trash: number;
  staged: number;
  awaiting: number;
}

/**
 * Every object that the journal speaks of, and who answers for its bytes. Constant time per change.
 *
 * `staged` bytes are those that a reservation named; the reservation itself may hold more.
 */
export class ObjectLedger {
  readonly objects: Map<ObjectName, ShadowObject> = new Map();
  readonly sums: DutySums = { live: 0, trash: 0, staged: 0, awaiting: 0 };

  /** What is known of an object. */
  get(name: ObjectName): ShadowObject | undefined {
    return this.objects.get(name);
  }

  /** All that it knows, see `pictureText`. */
  remembers(): unknown {
    return [this.objects, this.sums];
  }

  /** Gives an object to `duty`. Returns what it was before, or null when it was not known. */
  assign(object: StoredObject, duty: ObjectDuty): ObjectDuty | null {
    const known = this.objects.get(object.name);
    if (known === undefined) {
      const { name, sizeBytes } = object;
      this.objects.set(name, { name, sizeBytes, duty, reason: null });
      this.sums[duty] += sizeBytes;
      return null;
    }
    const before = known.duty;
    this.sums[before] -= known.sizeBytes;
    known.sizeBytes = object.sizeBytes;
    known.duty = duty;
    known.reason = null;
    this.sums[duty] += known.sizeBytes;
    return before;
  }

  /** Marks an object as waiting to be removed from the store. */
  await(object: StoredObject, reason: "purged" | "abandoned"): void {
    this.assign(object, "awaiting");
    const known = this.objects.get(object.name);
    if (known !== undefined) known.reason = reason;
  }

  /** Forgets an object that is gone. */
  drop(name: ObjectName): ShadowObject | undefined {
    const known = this.objects.get(name);
    if (known === undefined) return undefined;
    this.sums[known.duty] -= known.sizeBytes;
    this.objects.delete(name);
    return known;
  }

  /** The sums, counted anew. Linear. */
  recount(): DutySums {
    const sums: DutySums = { live: 0, trash: 0, staged: 0, awaiting: 0 };
    for (const object of this.objects.values()) sums[object.duty] += object.sizeBytes;
    return sums;
  }
}
