import { join } from "@std/path";
import { writeFileAtomically } from "./atomic_file.ts";
import type { ModelDescription, ModelSource } from "./model_description.ts";
import { ModelError } from "./model_error.ts";

/** Largest file that is fetched, in bytes: no model named in the registry has half of it. */
const DOWNLOAD_BYTES_MAX = 1 << 30;

/** How many milliseconds one file may take: one gigabyte at nine megabits per second. */
const DOWNLOAD_MS_MAX = 15 * 60_000;

type HubSource = Extract<ModelSource, { kind: "hub" }>;

/** The files that a model's folder must hold, the weights last. */
export function modelFiles(description: ModelDescription): readonly string[] {
  return ["config.json", "preprocessor_config.json", description.onnxFile];
}

/**
 * Fetches the files of a hub model into `directory`, each whole or not at all, the weights last.
 *
 * This is the only code of the project that goes to the network for a model, and it runs before any
 * photo is read; the processes that read photos have no network.
 *
 * @throws {ModelError} `MODEL_DOWNLOAD_FAILED` when the hub cannot be reached, says no, sends more
 * than a gigabyte or takes longer than 15 minutes for a file.
 */
export async function downloadHubModel(
  description: ModelDescription,
  directory: string,
): Promise<void> {
  const { source } = description;
  if (source.kind !== "hub") {
    throw new TypeError(`Cannot fetch "${description.id}" from a hub: it is not in one`);
  }
  for (const file of modelFiles(description)) {
    // deno-lint-ignore no-await-in-loop -- the weights must come after the small files
    await downloadFile(source, file, join(directory, file));
  }
}

async function downloadFile(source: HubSource, file: string, path: string): Promise<void> {
  const url = `${source.host}/${source.repository}/resolve/${source.revision}/${file}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS_MAX) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Error(`the hub answers ${response.status} ${response.statusText}`);
    }
    await writeFileAtomically(path, response.body.pipeThrough(limitBytes(DOWNLOAD_BYTES_MAX)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError("MODEL_DOWNLOAD_FAILED", `Cannot fetch ${url}: ${why}`, { cause });
  }
}

/** Lets bytes through up to a limit, and fails beyond it. */
function limitBytes(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let seenBytes = 0;
  return new TransformStream({
    transform(chunk, controller): void {
      seenBytes += chunk.length;
      if (seenBytes > maxBytes) {
        controller.error(new RangeError(`the file is larger than ${maxBytes} bytes`));
      } else {
        controller.enqueue(chunk);
      }
    },
  });
}
