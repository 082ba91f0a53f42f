import type { ListedDevice, Scenario } from "../scenario/scenario.ts";
import { Arrivals, CAMERA_ALBUM, MESSENGER_ALBUM } from "./arrivals.ts";
import { Contents } from "./contents.ts";
import { generatedSeed } from "./generated_seed.ts";
import type { LibrarySeed } from "./library_seed.ts";
import { listedSeed } from "./listed_seed.ts";
import { Moments } from "./moments.ts";
import { Shots } from "./shots.ts";
import { VIRTUAL_MODEL, type VirtualModel } from "./virtual_model.ts";
import { phasesOf } from "./world_setup.ts";

/** A scenario's library before the run, and what will come to it. */
export interface LibraryPlan {
  readonly model: VirtualModel;
  readonly contents: Contents;
  /** Whether pictures are compared by more than their vectors. */
  readonly looksAgain: boolean;
  readonly seed: LibrarySeed;
  readonly devices: readonly ListedDevice[];
  readonly arrivals: Arrivals | null;
}

/** Makes the library of a scenario. Linear in its files at the start. */
export function planLibrary(scenario: Scenario, seed: number): LibraryPlan {
  const { world } = scenario;
  if (world.kind === "listed") {
    const model = world.model ?? VIRTUAL_MODEL;
    const { digests = [], looked = [] } = world;
    const contents = new Contents({ seed, model, moments: null, looked, digests });
    return {
      model,
      contents,
      looksAgain: world.looked !== undefined || world.digests !== undefined,
      seed: listedSeed(scenario, world, contents),
      devices: world.devices ?? [],
      arrivals: null,
    };
  }
  const ratios = world.ratios ?? {};
  const moments = new Moments(seed, ratios);
  const shots = new Shots(seed, moments, ratios);
  const devices = generatedDevices(world.devices, world.albums);
  const start = generatedSeed(scenario, world, { seed, shots });
  const arrivals = new Arrivals({
    seed,
    world,
    devices: devices.map((device) => device.id),
    shots,
    spanMs: phasesOf(scenario).quietFromMs,
  });
  return {
    model: VIRTUAL_MODEL,
    contents: new Contents({ seed, model: VIRTUAL_MODEL, moments }),
    looksAgain: false,
    seed: start,
    devices,
    arrivals,
  };
}

/** Devices back up to albums that are the user's own for sure: every fourth shared one is not. */
function generatedDevices(count: number, albums: number): ListedDevice[] {
  const devices: ListedDevice[] = [];
  for (let index = 0; index < count; index += 1) {
    const camera = ownAlbum(index * 8 + 1, albums);
    const messenger = ownAlbum(index * 8 + 3, albums);
    devices.push({
      id: `phone${index + 1}`,
      backup: [
        { deviceAlbum: CAMERA_ALBUM, album: camera },
        { deviceAlbum: MESSENGER_ALBUM, album: messenger },
      ],
    });
  }
  return devices;
}

function ownAlbum(index: number, albums: number): string {
  const place = index % albums;
  return place % 4 === 0 ? "uncategorized" : `a${place}`;
}
