import type { FileKind, FileRecord, Metadata, PhotoFacts, StoredObject } from "../library/file.ts";
import type * as Id from "../library/ids.ts";

/**
 * One file as a snapshot keeps it: a short list instead of an object with names, since a large
 * library has hundreds of thousands. Positions never change their meaning; new ones are added at
 * the end.
 */
export type FileRow = readonly [
  id: Id.FileId,
  owner: Id.OwnerId,
  kind: FileKind,
  name: string,
  capture: Id.CaptureId | null,
  version: number,
  contentHash: Id.ContentHash | null,
  verified: boolean,
  objects: readonly (readonly [StoredObject["role"], StoredObject["name"], number])[],
  facts: readonly [
    number,
    number,
    number | null,
    number | null,
    boolean,
    boolean,
    losses?: LossesRow,
  ],
  /** Index into the snapshot's list of metadata: most files share the same. */
  metadata: number,
  entries: readonly (readonly [Id.AlbumId, string | null])[],
];

type LossesRow = readonly [
  metadata: boolean,
  colour: boolean,
  clippedSteps: number,
  words?: boolean | null,
  borderTenths?: number | null,
  compressionSteps?: number,
];

/** Collects metadata, each value once. */
export class MetadataList {
  readonly values: Metadata[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #known = new Map<Metadata, number>();

  /** The index of the value in `values`. */
  indexOf(metadata: Metadata): number {
    const seen = this.#known.get(metadata);
    if (seen !== undefined) return seen;
    const text = JSON.stringify(metadata);
    const index = this.#indexes.get(text) ?? this.values.push(metadata) - 1;
    this.#indexes.set(text, index);
    this.#known.set(metadata, index);
    return index;
  }
}

/** The file as a row. */
export function fileRow(file: FileRecord, metadata: MetadataList): FileRow {
  const { facts } = file;
  return [
    file.id,
    file.owner,
    file.kind,
    file.name,
    file.capture,
    file.version,
    file.contentHash,
    file.verified,
    file.objects.map((object) => [object.role, object.name, object.sizeBytes] as const),
    [
      facts.widthPixels,
      facts.heightPixels,
      facts.sharpness,
      facts.takenAtMs,
      facts.raw,
      facts.reencoded,
      ...lossesRow(facts.losses),
    ],
    metadata.indexOf(file.metadata),
    [...file.entries],
  ];
}

/** The file of which `row` is the row. */
export function fileOfRow(row: FileRow, metadata: readonly Metadata[]): FileRecord {
  const [id, owner, kind, name, capture, version, contentHash, verified, objects] = row;
  const said = metadata[row[10]];
  if (said === undefined) throw new RangeError(`No metadata ${row[10]} for file "${id}"`);
  return {
    id,
    owner,
    kind,
    name,
    capture,
    version,
    contentHash,
    verified,
    objects: objects.map(([role, object, sizeBytes]) => ({ role, name: object, sizeBytes })),
    facts: factsOfRow(row[9]),
    metadata: said,
    entries: new Map(row[11]),
  };
}

function factsOfRow(row: FileRow[9]): PhotoFacts {
  const [widthPixels, heightPixels, sharpness, takenAtMs, raw, reencoded, losses] = row;
  const facts = { widthPixels, heightPixels, sharpness, takenAtMs, raw, reencoded };
  if (losses === undefined) return facts;
  const [metadata, colour, clippedSteps, words, borderTenths, compressionSteps] = losses;
  const told = {
    ...(typeof words === "boolean" ? { words } : {}),
    ...(typeof borderTenths === "number" ? { borderTenths } : {}),
    ...(compressionSteps === undefined ? {} : { compressionSteps }),
  };
  return { ...facts, losses: { metadata, colour, clippedSteps, ...told } };
}

/** Nothing for a picture that was not looked at, as in snapshots from before there were losses. */
function lossesRow(losses: PhotoFacts["losses"]): readonly [LossesRow] | readonly [] {
  if (losses === undefined) return [];
  const { borderTenths, clippedSteps, colour, compressionSteps, metadata, words } = losses;
  if (compressionSteps !== undefined) {
    const between = [words ?? null, borderTenths ?? null] as const;
    return [[metadata, colour, clippedSteps, ...between, compressionSteps]];
  }
  const told = words === undefined || borderTenths === undefined
    ? [] as const
    : [words, borderTenths] as const;
  return [[metadata, colour, clippedSteps, ...told]];
}
