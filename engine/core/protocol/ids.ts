/**
 * Branded identifiers of the actor protocol.
 *
 * A brand keeps an actor's name from being passed where a message's name is expected. Brands exist
 * for the compiler only; at run time every id is a plain string.
 *
 * @module
 */

declare const brand: unique symbol;

/** A string that the compiler tells apart from other strings by its `Name`. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names one actor, for instance `librarian` or `device_keeper/phone1`. */
export type ActorId = Branded<"ActorId">;

/**
 * Names one message, the same over every redelivery of it. A message that an actor sends is named
 * by the id of its `send` effect, so that the actor knows the answer by its `inReplyTo`.
 */
export type MessageId = Branded<"MessageId">;

/** Names one effect for ever: `actor/incarnation/turn/index`. */
export type EffectId = Branded<"EffectId">;

/** Chosen by an actor to recognise the completion of a port request of its own. */
export type RequestKey = Branded<"RequestKey">;

/** Chosen by an actor to recognise a timer of its own. */
export type TimerKey = Branded<"TimerKey">;

/** Names one stored object: a file's bytes in an object store or on a device. */
export type ObjectName = Branded<"ObjectName">;

/** Long enough for every path that Linux allows (4,096 bytes), with room for a prefix. */
const IDENTIFIER_LENGTH_MAX = 8192;

/**
 * Turns text from outside into an id.
 *
 * @throws {RangeError} When the text is empty or longer than 8,192 code units.
 *
 * @example
 * ```ts
 * import { identifier, type ActorId } from "@scenekeep/engine/core";
 * const librarian = identifier<ActorId>("librarian");
 * if (librarian !== "librarian") throw new Error("An id is its text");
 * ```
 */
export function identifier<Id extends string>(text: string): Id {
  if (text.length === 0 || text.length > IDENTIFIER_LENGTH_MAX) {
    throw new RangeError(
      `Cannot make an id: length must be 1 to ${IDENTIFIER_LENGTH_MAX}: got ${text.length}`,
    );
  }
  return text as Id;
}
