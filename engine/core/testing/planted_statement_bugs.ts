import type { AlbumId } from "../library/ids.ts";
import { inCertificate, type PlanBug } from "./plan_bug.ts";

/** Mistakes in what is said about the plan. */
export const STATEMENT_BUGS: readonly PlanBug[] = [
  {
    name: "counts usage as freed before the purge",
    code: "BYTES_WRONG",
    plant: inCertificate(({ bytesToTrash, usageAfterPurgeBytes }) =>
      bytesToTrash === 0 ? null : { usageAfterApplyBytes: usageAfterPurgeBytes }
    ),
  },
  {
    name: "counts the keeper as won",
    code: "BYTES_WRONG",
    plant: inCertificate(({ bytesToTrash }) => ({ bytesToTrash: bytesToTrash + 1 })),
  },
  {
    name: "leaves a touched album out",
    code: "PROOF_WRONG",
    plant: inCertificate(({ albums }) => ({ albums: albums.slice(1) })),
  },
  {
    name: "names another member after the plan",
    code: "PROOF_WRONG",
    plant: inCertificate(({ albums }) => ({
      albums: albums.map((proof) => ({
        ...proof,
        scenes: proof.scenes.map((scene) => ({ ...scene, after: scene.before })),
      })),
    })),
  },
  {
    name: "does not say what is published",
    code: "PUBLISHED_WITHOUT_CONSENT",
    plant: inCertificate(({ published }) => published.length === 0 ? null : { published: [] }),
  },
  {
    name: "does not say what is lost",
    code: "LOSS_UNLISTED",
    plant: inCertificate(({ lost }) => lost.length === 0 ? null : { lost: [] }),
  },
  {
    name: "does not say what merges",
    code: "METADATA_LOST",
    plant: inCertificate(({ merges }) => merges.length === 0 ? null : { merges: [] }),
  },
  {
    name: "leaves a removed file out",
    code: "PROOF_WRONG",
    plant: inCertificate(({ removed }) => ({ removed: removed.slice(1) })),
  },
  {
    name: "consents for the user",
    code: "REQUEST_CHANGED",
    plant: ({ plan }) => ({
      ...plan,
      consentAlbums: [...plan.consentAlbums, "somewhere" as AlbumId],
    }),
  },
  {
    name: "turns a choice of the user over",
    code: "REQUEST_CHANGED",
    plant: ({ plan }) => ({
      ...plan,
      scenes: plan.scenes.map((scene) => ({
        ...scene,
        members: scene.members.map((member) => ({ ...member, choice: "keep" as const })),
      })),
    }),
  },
];
