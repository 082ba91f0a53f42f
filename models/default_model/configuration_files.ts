import type { ModelDescription } from "../model_description.ts";

/**
 * The text of `config.json` and of `preprocessor_config.json`: pixels from -1 to 1. The picture
 * comes in at its final size, so the resize asked for here does nothing.
 */
export function configurationFiles(
  description: ModelDescription,
): readonly [config: Uint8Array<ArrayBuffer>, preprocessor: Uint8Array<ArrayBuffer>] {
  const side = description.input.sidePixels;
  return [
    json({ "model_type": "mobilenet_v2", "embedding_dim": description.dimensions }),
    json({
      "image_processor_type": "ViTImageProcessor",
      "do_convert_rgb": true,
      "do_resize": true,
      "resample": 1,
      "size": { "height": side, "width": side },
      "do_center_crop": false,
      "do_rescale": true,
      "rescale_factor": 2 / 255,
      "do_normalize": true,
      "image_mean": [1, 1, 1],
      "image_std": [1, 1, 1],
    }),
  ];
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
