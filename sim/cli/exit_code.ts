/** How the simulator ends; stable. Code 1 is the runtime's own, for a bug of the program. */
export const EXIT_CODES = {
  clean: 0,
  /** The command line, the scenario or the recording is wrong. */
  badScenario: 2,
  /** A promise did not hold. */
  violation: 10,
  /** Work was left when the virtual time for it was used up. */
  noProgress: 11,
  /** An assertion of the engine did not hold. */
  crash: 12,
  /** A fault was never delivered, or a checker judged nothing: the run proves too little. */
  vacuous: 13,
  /** The run did not reach what the scenario expects of it. */
  unmet: 14,
  /** Two runs of the same scenario and seed differ, or a replay and its recording. */
  notDeterministic: 15,
} as const;

/** How a run ended, in a word. */
export type Ending = keyof typeof EXIT_CODES;

/** What each ending means, for the help text. */
export const ENDING_TEXTS: Readonly<Record<Ending, string>> = {
  clean: "all work ended and every promise held",
  badScenario: "the command line, the scenario or the recording is wrong",
  violation: "a promise did not hold",
  noProgress: "accepted work did not end",
  crash: "an assertion of the engine did not hold",
  vacuous: "a fault was never delivered, or a checker judged nothing",
  unmet: "the run did not reach what the scenario expects",
  notDeterministic: "two runs of the same seed differ, or a replay and its recording",
};
