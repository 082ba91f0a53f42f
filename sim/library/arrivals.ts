import type { GeneratedWorld } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream } from "../world/draw.ts";
import type { Shot, Shots } from "./shots.ts";
import type { NewItem } from "./virtual_devices.ts";

/** Items that a scanner tells of at once. */
const BATCH_SIZE = 16;

/** The camera's album on every device. */
export const CAMERA_ALBUM = "Camera";
/** Where messengers put what they receive. */
export const MESSENGER_ALBUM = "Messenger";
/** An album that is never chosen for backup. */
export const SCREENSHOT_ALBUM = "Screenshots";

/** Items that appear on one device at one moment. */
export interface Batch {
  readonly device: string;
  readonly items: readonly NewItem[];
}

/**
 * How items come to the devices of a generated world: in batches, evenly over the days, each on a
 * drawn device. Batches must be taken in order.
 */
export class Arrivals {
  readonly #devices: readonly string[];
  readonly #shots: Shots;
  readonly #stream: DrawStream;
  readonly #spanMs: number;
  readonly #batches: number;
  #left: number;

  constructor(
    options: {
      seed: number;
      world: GeneratedWorld;
      devices: readonly string[];
      shots: Shots;
      spanMs: number;
    },
  ) {
    this.#devices = options.devices;
    this.#shots = options.shots;
    this.#stream = drawStream(options.seed, "arrival");
    this.#spanMs = options.spanMs;
    this.#left = options.world.itemsArriving;
    this.#batches = Math.ceil(options.world.itemsArriving / BATCH_SIZE);
  }

  /** When a batch appears, or null when there is none of that number. */
  dueMs(batch: number): number | null {
    if (batch >= this.#batches) return null;
    const everyMs = Math.floor(this.#spanMs / this.#batches);
    return batch * everyMs + draw32(this.#stream, batch, 0) % Math.max(1, everyMs);
  }

  /** The next batch. */
  take(batch: number, takenAtMs: number): Batch {
    const device = this.#devices[draw32(this.#stream, batch, 1) % this.#devices.length]!;
    const items: NewItem[] = [];
    while (items.length < BATCH_SIZE && this.#left > 0) {
      const shot = this.#shots.next();
      this.#left -= 1;
      items.push(this.#item(shot, takenAtMs + items.length * 1000));
      if (shot.raw === null) continue;
      this.#left -= 1;
      items.push(rawItem(shot, takenAtMs + items.length * 1000));
    }
    return { device, items };
  }

  #item(shot: Shot, takenAtMs: number): NewItem {
    const isScreenshot = shot.raw === null && draw32(this.#stream, shot.index, 2) % 40 === 0;
    const album = shot.isCopy ? MESSENGER_ALBUM : isScreenshot ? SCREENSHOT_ALBUM : CAMERA_ALBUM;
    const hashes = shot.video === null ? [shot.imageHash] : [shot.imageHash, shot.video.hash];
    const sizes = shot.video === null ? [shot.sizeBytes] : [shot.sizeBytes, shot.video.sizeBytes];
    return {
      asset: `i${shot.index}`,
      fileKind: shot.kind,
      hashes,
      sizes,
      deviceAlbums: [album],
      capture: shot.raw === null ? null : `shot${shot.index}`,
      takenAtMs,
      widthPixels: shot.widthPixels,
      heightPixels: shot.heightPixels,
      raw: false,
    };
  }
}

function rawItem(shot: Shot, takenAtMs: number): NewItem {
  return {
    asset: `i${shot.index}r`,
    fileKind: "photo",
    hashes: [shot.raw?.hash ?? ""],
    sizes: [shot.raw?.sizeBytes ?? 0],
    deviceAlbums: [CAMERA_ALBUM],
    capture: `shot${shot.index}`,
    takenAtMs,
    widthPixels: shot.widthPixels,
    heightPixels: shot.heightPixels,
    raw: true,
  };
}
