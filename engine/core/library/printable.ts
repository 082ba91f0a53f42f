/**
 * A name as it may stand on a terminal: control characters are written out, so that no file name
 * can move the cursor or set colours.
 */
export function printable(name: string): string {
  return name.replace(
    // deno-lint-ignore no-control-regex -- these are what it is about
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
