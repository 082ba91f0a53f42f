import {
  type AlbumId,
  type EngineMessage,
  type FileId,
  GROUPING,
  identifier,
  LIBRARIAN,
  type OfferedScene,
  type PlanId,
  type PlanScope,
  type SceneDecision,
} from "@scenekeep/engine/core";
import type { CleanUpOperation } from "../scenario/operation.ts";
import { codeOf } from "./reply_code.ts";
import type { UserClient } from "./user_client.ts";

/** How a user goes through one clean-up. */
export interface CleanUpWay {
  /** Name of the operation: the start of every message's id. */
  readonly id: string;
  /** Time between the plan and its confirmation. */
  readonly thinkMs: number;
  /** Marks the user makes; null leaves what is proposed. */
  choose(file: FileId, proposed: "keep" | "delete"): "keep" | "delete";
  /** Which of the offered scenes the user goes through, at most so many. */
  pick(scenes: readonly OfferedScene[]): readonly OfferedScene[];
  /** Told once how the first refused step was answered, or that none was. */
  readonly answered: (code: string | null) => void;
}

type ExactCleanUp = CleanUpOperation & { kind: "cleanExact" };
type SimilarCleanUp = CleanUpOperation & { kind: "cleanSimilar" };

/** Scenes of one page of a review. */
const PAGE_LENGTH = 500;
/** How often a review is opened before the user gives up. */
const ATTEMPTS_MAX = 12;
/** How long the user waits before that. */
const RETRY_AFTER_MS = 5 * 60 * 1000;

/** Asks for a plan that removes exact copies and confirms it. */
export function cleanExact(client: UserClient, operation: ExactCleanUp, way: CleanUpWay): void {
  const plan = identifier<PlanId>(operation.plan);
  client.ask(way.id, {
    to: LIBRARIAN,
    body: {
      kind: "requestExactPlan",
      plan,
      scope: scopeOf(operation.album),
      keepRules: operation.keepRules ?? [],
    },
  }, (reply) => {
    way.answered(codeOf(reply));
    if (reply.kind === "planReady") confirm(client, { plan, operation, way });
  });
}

/**
 * Opens a review, marks photos, asks for a plan and confirms it. A review that is lost with the
 * process that held it is opened anew, some times.
 */
export function cleanSimilar(
  client: UserClient,
  operation: SimilarCleanUp,
  way: CleanUpWay,
): void {
  openReview(client, { operation, way, attempt: 1 });
}

/** One attempt at a clean-up of similar images. */
interface Attempt {
  readonly operation: SimilarCleanUp;
  readonly way: CleanUpWay;
  readonly attempt: number;
}

function openReview(client: UserClient, attempt: Attempt, afterMs = 0): void {
  const { operation, way } = attempt;
  const review = `${way.id}/review${attempt.attempt}`;
  client.ask(review, {
    to: GROUPING,
    body: { kind: "openReview", review, tier: operation.tier, limit: PAGE_LENGTH },
    afterMs,
  }, (reply) => {
    if (reply.kind !== "reviewPage") return tryAgain(client, attempt, reply);
    readPages(client, { ...attempt, review, scenes: [...reply.scenes], next: reply.next });
  });
}

/** A crash takes open reviews with it, and a library that cannot be reached has none to show. */
function tryAgain(client: UserClient, attempt: Attempt, reply: EngineMessage): void {
  const code = codeOf(reply);
  const isPassing = code === "UNKNOWN_REVIEW" || code === "UNAVAILABLE";
  if (!isPassing || attempt.attempt >= ATTEMPTS_MAX) return attempt.way.answered(code);
  openReview(client, { ...attempt, attempt: attempt.attempt + 1 }, RETRY_AFTER_MS);
}

interface Pages extends Attempt {
  readonly review: string;
  readonly scenes: OfferedScene[];
  readonly next: number | null;
}

function readPages(client: UserClient, pages: Pages): void {
  const { next, operation, review, scenes } = pages;
  const isEnough = operation.scenesMax !== undefined && scenes.length >= operation.scenesMax * 4;
  if (next === null || isEnough) return propose(client, pages);
  client.ask(`${review}/${next}`, {
    to: GROUPING,
    body: { kind: "readReview", review, after: next, limit: PAGE_LENGTH },
  }, (reply) => {
    if (reply.kind !== "reviewPage") return tryAgain(client, pages, reply);
    scenes.push(...reply.scenes);
    readPages(client, { ...pages, next: reply.next });
  });
}

function propose(client: UserClient, pages: Pages): void {
  const { review, scenes, way } = pages;
  const picked = way.pick(scenes);
  if (picked.length === 0) {
    closeReview(client, review);
    return way.answered("NO_SCENES");
  }
  client.ask(`${review}/propose`, {
    to: LIBRARIAN,
    body: {
      kind: "proposeDecisions",
      scenes: picked.map((scene) => scene.members),
      keepRules: [],
    },
  }, (reply) => {
    if (reply.kind !== "decisions") return way.answered(codeOf(reply));
    const decided = picked.map((scene, index) => ({
      id: scene.id,
      decisions: (reply.scenes[index] ?? []).map((decision): SceneDecision => ({
        file: decision.file,
        choice: way.choose(decision.file, decision.choice),
      })),
    }));
    decide(client, { ...pages, decided });
  });
}

function decide(
  client: UserClient,
  made: Pages & {
    decided: readonly { id: OfferedScene["id"]; decisions: readonly SceneDecision[] }[];
  },
): void {
  const { decided, operation, review, way } = made;
  client.ask(`${review}/decide`, {
    to: GROUPING,
    body: { kind: "decideScenes", review, scenes: decided },
  }, (reply) => {
    closeReview(client, review);
    if (reply.kind !== "scenesDecided") return tryAgain(client, made, reply);
    const plan = identifier<PlanId>(operation.plan);
    client.ask(way.id, {
      to: LIBRARIAN,
      body: {
        kind: "requestPlan",
        request: {
          plan,
          cleanup: "similar",
          scope: scopeOf(operation.album),
          scenes: reply.scenes,
          consentAlbums: (operation.consentAlbums ?? []).map((album) => identifier<AlbumId>(album)),
          keepRules: [],
        },
      },
    }, (answer) => {
      way.answered(codeOf(answer));
      if (answer.kind === "planReady") confirm(client, { plan, operation, way });
    });
  });
}

function closeReview(client: UserClient, review: string): void {
  client.ask(`${review}/close`, { to: GROUPING, body: { kind: "closeReview", review } });
}

function confirm(
  client: UserClient,
  ready: { plan: PlanId; operation: ExactCleanUp | SimilarCleanUp; way: CleanUpWay },
): void {
  const { operation, plan, way } = ready;
  if (operation.confirm === false) return;
  client.ask(`${way.id}/confirm`, {
    to: LIBRARIAN,
    body: { kind: "confirmPlan", plan },
    afterMs: way.thinkMs,
  });
}

function scopeOf(album: string | undefined): PlanScope {
  return album === undefined
    ? { kind: "library" }
    : { kind: "album", album: identifier<AlbumId>(album) };
}
