/** The text that an assertion shows when two values differ. */

/** How many equal lines are kept around the first and the last line that differ. */
const CONTEXT_LINES = 3;

/** The value as text, for the message of a failed assertion. */
export function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: Infinity,
    sorted: true,
    trailingComma: true,
    compact: false,
    iterableLimit: Infinity,
    strAbbreviateSize: Infinity,
  });
}

/**
 * Two values as text, line by line: `-` only in the actual value, `+` only in the expected one.
 * Equal lines at both ends are left out but for a few; what lies between is not aligned.
 */
export function difference(actual: unknown, expected: unknown): string {
  const left = show(actual).split("\n");
  const right = show(expected).split("\n");
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (
    end < left.length - start && end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) end++;
  const lines = [
    ...left.slice(Math.max(0, start - CONTEXT_LINES), start).map((line) => `    ${line}`),
    ...left.slice(start, left.length - end).map((line) => `-   ${line}`),
    ...right.slice(start, right.length - end).map((line) => `+   ${line}`),
    ...left.slice(left.length - end, left.length - end + CONTEXT_LINES).map((line) =>
      `    ${line}`
    ),
  ];
  return ["    [Diff] Actual / Expected", "", "", ...lines, ""].join("\n");
}
