import { drawBetween, drawStream, hashText } from "../draw.ts";
import { worldFaults } from "./catalogue.ts";
import type { FaultDefinition, FaultId } from "./fault.ts";

/**
 * Chooses which kinds of fault one run draws: each with even chances, by seed.
 *
 * Some bugs need a kind of fault to be absent: a world that crashes every second never fills a
 * mailbox. Runs with differing subsets find more than runs with all (swarm testing, ISSTA 2012).
 */
export function swarmOf(
  seed: number,
  definitions: readonly FaultDefinition[] = worldFaults(),
): FaultId[] {
  const stream = drawStream(seed, "swarm");
  return definitions.map(({ id }) => id).filter((id) =>
    drawBetween(stream, { entityHash: hashText(id), n: 0, min: 0, max: 1 }) === 1
  );
}
