import { relative } from "@std/path";
import type { FolderSurvey } from "../folder/folder_survey.ts";
import { surveyFolder } from "../folder/walk_folder.ts";
import { ScanError } from "./scan_error.ts";

/**
 * Looks at all names of a folder, for a scan.
 *
 * @param root Absolute.
 * @param cache The directory of the program's own files, absolute: it is left out if it is in
 * there, as when somebody scans a whole home folder.
 * @throws {ScanError} `FOLDER_MISSING` or `FOLDER_UNREADABLE`.
 */
export async function lookAtFolder(root: string, cache?: string): Promise<FolderSurvey> {
  const own = cache === undefined ? "" : relative(root, cache);
  const leaveOut = own === "" || /^\.\.(\/|$)/.test(own) ? null : own;
  let survey: FolderSurvey;
  try {
    survey = await surveyFolder(root, { leaveOut });
  } catch (error) {
    throw folderError(root, error);
  }
  const { rootProblem } = survey;
  if (rootProblem === null) return survey;
  throw new ScanError("FOLDER_UNREADABLE", `Cannot scan "${root}": ${rootProblem}`);
}

function folderError(root: string, error: unknown): ScanError {
  if (error instanceof Deno.errors.NotFound) {
    const message = `Cannot scan "${root}": there is no such folder`;
    return new ScanError("FOLDER_MISSING", message, error);
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = error instanceof Deno.errors.NotADirectory
    ? reason
    : `Cannot scan "${root}": ${reason}`;
  return new ScanError("FOLDER_UNREADABLE", message, error);
}
