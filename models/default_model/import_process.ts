/**
 * The program that makes the default model: it is started by `prepare_model.ts`, so that the
 * package with the weights is installed only when they are needed, and not for whoever imports this
 * room.
 *
 * Its one argument is an {@linkcode ImportRequest}. When the model cannot be had it writes the
 * error on standard output, as an {@linkcode ImportFailure}, and ends with exit code 3.
 *
 * @module
 */

import { ModelError } from "../model_error.ts";
import { importDefaultModel } from "./import_default_model.ts";
import { IMPORT_FAILURE_EXIT, type ImportFailure, type ImportRequest } from "./import_request.ts";

async function main(request: ImportRequest): Promise<void> {
  try {
    await importDefaultModel(request.description, request.directory);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const failure: ImportFailure = { code: error.code, message: error.message };
    Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(failure)));
    Deno.exit(IMPORT_FAILURE_EXIT);
  }
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? "null"));
