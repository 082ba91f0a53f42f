import {
  type AlbumId,
  type CaptureId,
  type ContentHash,
  type FileId,
  identifier,
  type OwnerId,
} from "@scenekeep/engine/core";
import { type GeneratedWorld, ratioOf, type Scenario } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream, hitThreshold } from "../world/draw.ts";
import { FAVORITES, OWNER, startObject } from "./library_names.ts";
import {
  type LibrarySeed,
  newSeed,
  objectsOf,
  seedAlbum,
  seedFile,
  seedFolderFile,
} from "./library_seed.ts";
import { contentHashOf, type Shot, type Shots } from "./shots.ts";

/** When the first shot of the library was taken. */
const TAKEN_FROM_MS = 1_500_000_000_000;
/** Time between two items of the start. */
const TAKEN_STEP_MS = 120_000;

const DRAW = { album: 0, second: 1, favorite: 2, caption: 3, hidden: 4, foreign: 5, other: 6 };

interface Albums {
  readonly own: readonly AlbumId[];
  readonly hidden: readonly AlbumId[];
  readonly foreign: readonly AlbumId[];
  readonly arranged: ReadonlySet<AlbumId>;
}

/** What is drawn for each file. */
interface Shares {
  readonly stream: DrawStream;
  readonly favorites: number;
  readonly captions: number;
  readonly hidden: number;
  readonly foreign: number;
}

/** Makes the library of a generated world as it is before the run. Linear in its files. */
export function generatedSeed(
  scenario: Scenario,
  world: GeneratedWorld,
  options: { seed: number; shots: Shots },
): LibrarySeed {
  const { kind, limitBytes } = scenario.library;
  const seed = newSeed({ kind, limitBytes });
  const albums = seedAlbums(seed, world, options.seed);
  const ratios = world.ratios ?? {};
  const shares: Shares = {
    stream: drawStream(options.seed, "start"),
    favorites: hitThreshold(ratioOf(ratios.favorites)),
    captions: hitThreshold(ratioOf(ratios.captions)),
    hidden: hitThreshold(ratioOf(ratios.hidden)),
    foreign: hitThreshold(ratioOf(ratios.foreign)),
  };
  const orders = new Map<AlbumId, FileId[]>();
  let files = 0;
  while (files < world.filesAtStart) {
    files += seedShot(seed, { shot: options.shots.next(), albums, shares, orders });
  }
  for (const [album, order] of orders) {
    seed.events.push({ kind: "albumArranged", album, cover: order[0] ?? null, order });
  }
  return seed;
}

function seedAlbums(seed: LibrarySeed, world: GeneratedWorld, seedNumber: number): Albums {
  const stream = drawStream(seedNumber, "album");
  const ratios = world.ratios ?? {};
  const hiddenBelow = hitThreshold(ratioOf(ratios.hiddenAlbums));
  const sharedBelow = hitThreshold(ratioOf(ratios.sharedAlbums));
  const arrangedBelow = hitThreshold(ratioOf(ratios.arrangedAlbums));
  const own: AlbumId[] = [];
  const hidden: AlbumId[] = [];
  const foreign: AlbumId[] = [];
  const arranged = new Set<AlbumId>();
  for (let index = 0; index < world.albums; index += 1) {
    const id = identifier<AlbumId>(`a${index}`);
    // The first one is the user's own and visible: files must have somewhere to be.
    const isHidden = index > 0 && draw32(stream, index, 0) < hiddenBelow;
    const isShared = !isHidden && draw32(stream, index, 1) < sharedBelow;
    // Every fourth shared album is another person's, and half of those take no additions.
    const isForeign = isShared && index > 0 && index % 4 === 0;
    seedAlbum(seed, {
      id,
      kind: isHidden ? "hidden" : "regular",
      owner: isForeign ? identifier<OwnerId>(`friend${index % 7}`) : OWNER,
      name: `Album ${index}`,
      visibleToOthers: isShared,
      mayAdd: !isForeign || index % 8 === 0,
    });
    if (isForeign) foreign.push(id);
    else if (isHidden) hidden.push(id);
    else {
      own.push(id);
      if (draw32(stream, index, 2) < arrangedBelow) arranged.add(id);
    }
  }
  return { own, hidden, foreign, arranged };
}

/** Adds the files of one shot: one, or two for a RAW pair. Returns how many. */
function seedShot(
  seed: LibrarySeed,
  made: {
    shot: Shot;
    albums: Albums;
    shares: Shares;
    orders: Map<AlbumId, FileId[]>;
  },
): number {
  const { shot, shares } = made;
  const draw = (n: number): number => draw32(shares.stream, shot.index, n);
  const isForeign = made.albums.foreign.length > 0 && draw(DRAW.foreign) < shares.foreign;
  const { places, owner } = isForeign ? foreignPlace(made, draw) : ownPlaces(made, draw);
  const isHidden = !isForeign && draw(DRAW.hidden) < shares.hidden;
  const isCaptioned = draw(DRAW.caption) < shares.captions;
  const capture = shot.raw === null ? null : identifier<CaptureId>(`shot${shot.index}`);
  const takenAtMs = TAKEN_FROM_MS + shot.index * TAKEN_STEP_MS;
  const add = (name: string, part: { contentHash: string; raw: boolean; bytes: number }): void => {
    const file = identifier<FileId>(name);
    const video = part.raw ? null : shot.video;
    const isFolder = seed.kind === "folder";
    (isFolder ? seedFolderFile : seedFile)(seed, {
      event: {
        file,
        owner,
        fileKind: part.raw ? "photo" : shot.kind,
        name: `${name}.jpg`,
        capture,
        contentHash: identifier<ContentHash>(part.contentHash),
        objects: objectsOf((role) => startObject(file, role), {
          original: part.bytes,
          video: video?.sizeBytes ?? null,
        }),
        facts: {
          widthPixels: shot.widthPixels,
          heightPixels: shot.heightPixels,
          sharpness: null,
          takenAtMs,
          raw: part.raw,
          reencoded: false,
        },
      },
      ...(isHidden || isCaptioned
        ? { metadata: { hidden: isHidden, caption: isCaptioned ? `Caption ${shot.index}` : "" } }
        : {}),
      albums: places,
      hashes: part.contentHash.split(":"),
    });
    for (const album of places) {
      if (!made.albums.arranged.has(album)) continue;
      const order = made.orders.get(album);
      if (order === undefined) made.orders.set(album, [file]);
      else order.push(file);
    }
  };
  add(`f${shot.index}`, { contentHash: contentHashOf(shot), raw: false, bytes: shot.sizeBytes });
  if (shot.raw === null) return 1;
  add(`f${shot.index}r`, { contentHash: shot.raw.hash, raw: true, bytes: shot.raw.sizeBytes });
  return 2;
}

function foreignPlace(
  made: { albums: Albums; shot: Shot },
  draw: (n: number) => number,
): { places: AlbumId[]; owner: OwnerId } {
  const { foreign } = made.albums;
  const album = foreign[draw(DRAW.other) % foreign.length]!;
  const index = Number(album.slice(1));
  return { places: [album], owner: identifier(`friend${index % 7}`) };
}

function ownPlaces(
  made: { albums: Albums; shares: Shares; shot: Shot },
  draw: (n: number) => number,
): { places: AlbumId[]; owner: OwnerId } {
  const { own, hidden } = made.albums;
  const { shot } = made;
  // Shots of one moment go to one album; a copy goes wherever the import put it.
  const key = shot.isCopy ? draw(DRAW.album) : shot.group * 7919;
  const inHidden = hidden.length > 0 && key % 50 === 0;
  const home = inHidden ? hidden[key % hidden.length]! : own[key % own.length]!;
  const places = [home];
  if (inHidden) return { places, owner: OWNER };
  if (draw(DRAW.second) % 5 === 0) {
    const second = own[draw(DRAW.second) % own.length]!;
    if (second !== home) places.push(second);
  }
  if (draw(DRAW.favorite) < made.shares.favorites) places.push(FAVORITES);
  return { places, owner: OWNER };
}
