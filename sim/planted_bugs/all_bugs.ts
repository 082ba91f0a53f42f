import { ALBUM_BUGS } from "./album_bugs.ts";
import { BYTE_BUGS } from "./byte_bugs.ts";
import { ENTE_BUGS } from "./ente_bugs.ts";
import { FAULT_MODEL_BUGS } from "./fault_model_bugs.ts";
import { GROUPING_BUGS } from "./grouping_bugs.ts";
import type { PlantedBug } from "./planted_bug.ts";
import { TIME_BUGS } from "./time_bugs.ts";

/** Every planted bug. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...ALBUM_BUGS,
  ...BYTE_BUGS,
  ...GROUPING_BUGS,
  ...TIME_BUGS,
  ...ENTE_BUGS,
  ...FAULT_MODEL_BUGS,
];
