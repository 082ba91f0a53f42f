import type { ModelDescription } from "../model_description.ts";
import type { ModelErrorCode } from "../model_error.ts";

/** What the import program is told. */
export interface ImportRequest {
  /** The model to make. */
  readonly description: ModelDescription;
  /** The folder for its files, absolute. */
  readonly directory: string;
}

/** Why the import program could not make the model. */
export interface ImportFailure {
  /** Which of the known reasons. */
  readonly code: ModelErrorCode;
  /** What happened, where, and what to do. */
  readonly message: string;
}

/** The exit code with which the import program says that it wrote an {@linkcode ImportFailure}. */
export const IMPORT_FAILURE_EXIT = 3;
