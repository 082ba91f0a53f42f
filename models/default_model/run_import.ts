import { denoCommand, permittedFolders } from "../deno_program.ts";
import { readLines } from "../lines.ts";
import { ModelError } from "../model_error.ts";
import { IMPORT_FAILURE_EXIT, type ImportFailure, type ImportRequest } from "./import_request.ts";

/**
 * Makes the default model in a process of its own, which may read, and write into the model's
 * folder.
 *
 * @param onNote Told each line that the runtime says, such as which package is being fetched.
 * @throws {ModelError} as `importDefaultModel` does; `MODEL_ASSET_MISSING` also when the process
 * cannot work at all, as without its packages.
 */
export async function runImport(
  request: ImportRequest,
  onNote: (line: string) => void,
): Promise<void> {
  const command = denoCommand({
    url: new URL("./import_process.ts", import.meta.url),
    permissions: ["--allow-read", `--allow-write=${permittedFolders([request.directory])}`],
    argument: request,
    stdin: "null",
    environment: "inherited",
  });
  const process = command.spawn();
  let lastNote = "";
  const notes = (async (): Promise<void> => {
    for await (const line of readLines(process.stderr)) {
      lastNote = line.trim() || lastNote;
      onNote(line);
    }
  })();
  const [status, output] = await Promise.all([process.status, process.stdout.text(), notes]);
  if (status.success) return;
  if (status.code === IMPORT_FAILURE_EXIT) {
    const failure: ImportFailure = JSON.parse(output);
    throw new ModelError(failure.code, failure.message);
  }
  throw new ModelError(
    "MODEL_ASSET_MISSING",
    `Cannot make the model "${request.description.id}": its program ended with exit ` +
      `code ${status.code}: ${lastNote}`,
  );
}
