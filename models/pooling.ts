import type { ModelDescription } from "./model_description.ts";
import { ModelError } from "./model_error.ts";

/** What comes out of a model for one picture. */
export interface ModelOutput {
  /** Sizes: `[1, dimensions]` or `[1, tokens, dimensions]`. */
  readonly dims: readonly number[];
  /** The numbers, in row order. */
  readonly data: ArrayLike<number>;
}

/**
 * The one vector of a picture, not yet of unit length.
 *
 * @throws {ModelError} `MODEL_OUTPUT_UNEXPECTED` when the output has not the shape that the
 * description says: the description is not of this model.
 */
export function poolOutput(output: ModelOutput, description: ModelDescription): Float64Array {
  const { dimensions, pooling } = description;
  const [batch, ...rest] = output.dims;
  const isOneRow = rest.length === 1;
  const tokens = isOneRow ? 1 : rest[0] ?? 0;
  const fits = batch === 1 && rest.at(-1) === dimensions && tokens > 0 &&
    rest.length === (pooling === "embeds" ? 1 : 2) && output.data.length === tokens * dimensions;
  if (!fits) {
    const wanted = pooling === "embeds" ? `1,${dimensions}` : `1,tokens,${dimensions}`;
    throw new ModelError(
      "MODEL_OUTPUT_UNEXPECTED",
      `Cannot use the output of "${description.id}": want shape [${wanted}], got [${output.dims}]`,
    );
  }
  const rows = pooling === "mean" ? tokens : 1;
  const vector = new Float64Array(dimensions);
  for (let row = 0; row < rows; row++) {
    const start = row * dimensions;
    for (let at = 0; at < dimensions; at++) vector[at]! += output.data[start + at]!;
  }
  return vector;
}
