/**
 * The part of `@std/assert` that this project uses: same names and signatures, our own code. To use
 * the real package, change one line of `deno.json`.
 *
 * For tests only; the engine has its own assertion that stays on in production.
 *
 * @module
 */

import { difference, show } from "./_difference.ts";
import { equal } from "./_equal.ts";

/** The values that count as false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** A class of errors, abstract or not, whatever its constructor takes. */
type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/** A class of anything, abstract or not, whatever its constructor takes. */
type AnyClass = abstract new (...args: never[]) => unknown;

/** Thrown by an assertion that does not hold. */
export class AssertionError extends Error {
  /** Makes the error with the message that the reader of a test report sees. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

function reject(message: string, note: string | undefined): never {
  throw new AssertionError(note === undefined || note === "" ? message : `${message}: ${note}`);
}

/** Fails unless the expression is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails unless the expression is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/** Fails unless the values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  const suffix = msg === undefined ? "." : `: ${msg}`;
  throw new AssertionError(`Values are not equal${suffix}\n\n\n${difference(actual, expected)}`);
}

/** Fails if the values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  reject(`Expected actual: ${show(actual)} not to be: ${show(expected)}`, msg);
}

/** Fails unless the values are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const suffix = msg === undefined ? "." : `: ${msg}`;
  throw new AssertionError(
    `Values are not strictly equal${suffix}\n\n\n${difference(actual, expected)}`,
  );
}

/** Fails if the value is `null` or `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  reject(`Expected actual: "${actual}" to not be null or undefined`, msg);
}

/** Fails unless the text matches the pattern. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  reject(`Expected actual: "${actual}" to match: "${expected}"`, msg);
}

/** Fails unless the text contains the other text. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  reject(`Expected actual: "${actual}" to contain: "${expected}"`, msg);
}

/** Fails unless the value is an instance of the class. */
export function assertInstanceOf<T extends AnyClass>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  reject(`Expected object to be an instance of "${expectedType.name}": got ${show(actual)}`, msg);
}

/**
 * Fails unless the numbers differ by at most the tolerance; without one, by at most one part in
 * ten million of the expected number.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 0);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  reject(
    `Expected actual: "${actual}" to be close to "${expected}": ` +
      `delta "${delta}" is greater than "${allowed}"`,
    msg,
  );
}

/** Fails unless the actual value is greater. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) reject(`Expect ${show(actual)} > ${show(expected)}`, msg);
}

/** Fails unless the actual value is greater or equal. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) reject(`Expect ${show(actual)} >= ${show(expected)}`, msg);
}

/** Fails unless the actual value is less. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) reject(`Expect ${show(actual)} < ${show(expected)}`, msg);
}

/** Fails unless the actual value is less or equal. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) reject(`Expect ${show(actual)} <= ${show(expected)}`, msg);
}

/** Fails always. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg === undefined ? "." : `: ${msg}`}`);
}

/** Fails always: marks code that cannot be reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${msg === undefined ? "." : `: ${msg}`}`);
}

/** Fails unless the function throws; gives back what was thrown. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Fails unless the function throws an error of the class with the text in its message. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expectation = readExpectation(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    checkError(error, expectation);
    return error;
  }
  return reject("Expected function to throw", expectation.note);
}

/** Fails unless the promise of the function rejects; gives back the reason. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Fails unless the promise rejects with an error of the class with the text in its message. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expectation = readExpectation(classOrMsg, msgIncludes, msg);
  let promise: PromiseLike<unknown>;
  try {
    promise = fn();
  } catch (error) {
    return reject(`Function throws when expected to reject: ${show(error)}`, expectation.note);
  }
  try {
    await promise;
  } catch (error) {
    checkError(error, expectation);
    return error;
  }
  return reject("Expected function to reject", expectation.note);
}

interface Expectation {
  readonly errorClass: ErrorClass<Error> | undefined;
  readonly msgIncludes: string | undefined;
  readonly note: string | undefined;
}

function readExpectation(
  classOrMsg: ErrorClass<Error> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): Expectation {
  return typeof classOrMsg === "string"
    ? { errorClass: undefined, msgIncludes: undefined, note: classOrMsg }
    : { errorClass: classOrMsg, msgIncludes, note: msg };
}

function checkError(error: unknown, { errorClass, msgIncludes, note }: Expectation): void {
  if (errorClass === undefined) return;
  if (!(error instanceof Error)) {
    return reject(`A non-Error object was thrown or rejected: ${show(error)}`, note);
  }
  const { message } = error;
  if (!(error instanceof errorClass)) {
    const actualName = (error as Error).constructor.name;
    reject(
      `Expected error to be instance of "${errorClass.name}", but was "${actualName}" ` +
        `with message "${message}"`,
      note,
    );
  }
  if (msgIncludes !== undefined && !message.includes(msgIncludes)) {
    reject(
      `Expected error message to include ${show(msgIncludes)}, but got ${show(message)}`,
      note,
    );
  }
}
