/** Longest line that is taken, in UTF-16 units: a result has about two thousand. */
const LINE_LENGTH_MAX = 1_000_000;

/**
 * The lines of a stream of UTF-8 text, without their ends; a last line without an end counts too.
 *
 * @throws {RangeError} when a line is longer than a million characters: the other side does not
 * speak in lines.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    if (rest.length > LINE_LENGTH_MAX) {
      throw new RangeError(`Cannot read a line of more than ${LINE_LENGTH_MAX} characters`);
    }
    yield* pieces;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
