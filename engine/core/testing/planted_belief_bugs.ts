import type { FileFacts, PlanFacts } from "../album_reconciler/plan_facts.ts";
import type { CertificateProblemCode } from "../certificate/mod.ts";
import type { GoodPlan } from "./plan_bug.ts";

/** A mistake in what the planner believes: it plans well for a library that is not there. */
export interface BeliefBug {
  readonly name: string;
  readonly code: CertificateProblemCode;
  readonly believe: (good: Omit<GoodPlan, "plan">) => Omit<GoodPlan, "plan">;
}

type Believed = Omit<GoodPlan, "plan">;

function aboutFiles(change: (file: FileFacts) => FileFacts): BeliefBug["believe"] {
  return ({ facts, request }: Believed) => ({
    facts: { ...facts, files: facts.files.map(change) },
    request,
  });
}

function aboutAlbums(
  change: (album: PlanFacts["albums"][number], facts: PlanFacts) => PlanFacts["albums"][number],
): BeliefBug["believe"] {
  return ({ facts, request }: Believed) => ({
    facts: { ...facts, albums: facts.albums.map((album) => change(album, facts)) },
    request,
  });
}

/** Mistakes in what the planner believes. */
export const BELIEF_BUGS: readonly BeliefBug[] = [
  {
    name: "knows one album of each file",
    code: "PRECONDITION_MISSING",
    believe: aboutFiles((file) => ({ ...file, albums: file.albums.slice(0, 1) })),
  },
  {
    name: "ignores the hidden barrier",
    code: "SIDES_MIXED",
    believe: ({ facts, request }) =>
      aboutFiles((file) => ({ ...file, metadata: { ...file.metadata, hidden: false } }))(
        aboutAlbums((album) => album.kind === "hidden" ? { ...album, kind: "regular" } : album)(
          { facts, request },
        ),
      ),
  },
  {
    name: "takes consent for given",
    code: "STAND_IN_FORBIDDEN",
    believe: ({ facts, request }) => ({
      facts,
      request: { ...request, consentAlbums: facts.albums.map(({ id }) => id) },
    }),
  },
  {
    name: "takes albums that others see for private",
    code: "STAND_IN_FORBIDDEN",
    believe: aboutAlbums((album, { owner }) => ({ ...album, visibleToOthers: false, owner })),
  },
  {
    name: "takes every album for writable",
    code: "STAND_IN_FORBIDDEN",
    believe: aboutAlbums((album) => ({ ...album, mayAdd: true })),
  },
  {
    name: "takes favorites for an album like others",
    code: "FAVORITE_LOST",
    believe: aboutAlbums((album) =>
      album.kind === "favorites" ? { ...album, kind: "regular" } : album
    ),
  },
  {
    name: "takes every album for uncategorized",
    code: "SCENE_LOST",
    believe: aboutAlbums((album) =>
      album.kind === "regular" ? { ...album, kind: "uncategorized" } : album
    ),
  },
  {
    name: "takes files of others for own ones",
    code: "FOREIGN_FILE",
    believe: ({ facts, request }) =>
      aboutFiles((file) => ({ ...file, owner: facts.owner }))({ facts, request }),
  },
  {
    name: "trusts content that nobody has read",
    code: "FILE_STALE",
    believe: aboutFiles((file) => ({ ...file, verified: true })),
  },
  {
    name: "does not know captures",
    code: "SHOT_TORN",
    believe: aboutFiles((file) => ({ ...file, capture: null })),
  },
  {
    name: "takes equal stills for equal live photos",
    code: "FILE_STALE",
    believe: aboutFiles((file) =>
      file.kind !== "live" || file.contentHash === null ? file : {
        ...file,
        kind: "photo",
        contentHash: (file.contentHash.split(":")[0] ?? "") as typeof file.contentHash,
      }
    ),
  },
  {
    name: "takes all distances for equal",
    code: "REQUEST_CHANGED",
    believe: ({ facts, request }) => ({
      facts,
      request: {
        ...request,
        scenes: request.scenes.map((scene) => ({
          ...scene,
          distances: scene.distances.map(([left, right]) => [left, right, 0] as const),
        })),
      },
    }),
  },
];
