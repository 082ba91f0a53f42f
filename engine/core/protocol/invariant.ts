/** Thrown when the program itself is wrong. Never caught to go on: the actor is restarted. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
  /** Stable name of the broken rule. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Stops the actor when `condition` does not hold. On in production.
 *
 * @throws {InvariantError} When `condition` is false.
 */
export function invariant(
  condition: boolean,
  code: string,
  message: string,
): asserts condition {
  if (!condition) throw new InvariantError(code, message);
}

/** Makes a `switch` over a union complete: the compiler refuses a missing case. */
export function unreachable(value: never): never {
  throw new InvariantError("UNREACHABLE", `Unexpected variant: ${JSON.stringify(value)}`);
}
