import { type EngineTypes, LIBRARIAN, type LibraryState } from "@scenekeep/engine/core";
import type { PhotoWatch } from "../checkers/photo_watch.ts";
import { Unordered } from "../world/picture_text.ts";
import type { World } from "../world/world.ts";
import type { PhotoCompute } from "./photo_compute.ts";
import type { RunStatistics } from "./run_statistics.ts";
import type { UserActions } from "./user_actions.ts";
import type { VirtualDevices } from "./virtual_devices.ts";

/**
 * What has a say in what comes and is not in the picture of a photo world: what checkers remember,
 * devices and the user know, and the port keeps; see `pictureText`.
 */
export function photoMemory(
  parts: {
    watch: PhotoWatch;
    world: World<EngineTypes>;
    devices: VirtualDevices;
    compute: PhotoCompute;
    actions: UserActions;
    statistics: RunStatistics;
  },
): unknown {
  const { actions, compute, devices, statistics, watch, world } = parts;
  return [
    watch.remembers(),
    derivedState(world.state(LIBRARIAN) as LibraryState),
    devices.remembers(),
    new Unordered([...actions.answers]),
    statistics.skipped,
    new Unordered([...compute.vectors]),
  ];
}

/**
 * What a librarian computes from the rest of its state and no snapshot holds: the order in which it
 * lists things may decide what it does.
 */
function derivedState(state: LibraryState): unknown {
  const { changes, changesBase, filesByCapture, filesByHash, receiptsByFile } = state;
  const { obligationsByAlbum, obligationsByFile } = state;
  const byHash = [...filesByHash].map(([hash, files]) => [hash, [...files]]);
  return [
    [changes, changesBase],
    [filesByCapture, byHash, receiptsByFile],
    [obligationsByAlbum, obligationsByFile],
  ];
}
