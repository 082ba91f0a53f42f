/** One thing that is wrong with a scenario document. */
export interface ScenarioProblem {
  /** Where, from the top of the document: `world.files[3].albums[0]`; `.` for the whole. */
  readonly path: string;
  /** What should be there, and what is. */
  readonly message: string;
}

/** Thrown when a document is not a scenario. Correct the document; nothing was run. */
export class ScenarioError extends Error {
  override readonly name = "ScenarioError";
  readonly code = "SCENARIO_INVALID";
  readonly problems: readonly ScenarioProblem[];

  constructor(source: string, problems: readonly ScenarioProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    super(`Cannot run scenario ${source}: correct the document:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}
