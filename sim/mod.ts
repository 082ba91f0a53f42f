/**
 * The simulator: a virtual world for actors of the core's protocol, and what runs a library in it.
 *
 * @module
 */

export { type Bank, bankWorld } from "./example/bank.ts";
export * from "./exploration/explore.ts";
export * from "./exploration/subject.ts";
export { type EndedReplay, runReplay } from "./cli/run_replay.ts";
export { engineActors } from "./library/photo_actors.ts";
export { VIRTUAL_MODEL } from "./library/virtual_model.ts";
export { PLANTED_BUGS } from "./planted_bugs/all_bugs.ts";
export { ddmin } from "./shrink/ddmin.ts";
export * from "./world/mod.ts";
