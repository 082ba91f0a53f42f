import type {
  KeepRule,
  LibraryState,
  PlanScope,
  ReviewedScene,
  ReviewTier,
  SceneTier,
} from "@scenekeep/engine/core";
import { exactScenes } from "@scenekeep/engine/core";

/** Reviews that one library keeps; the one that was used longest ago goes first. */
export const REVIEWS_MAX = 16;

/** A review as it was opened. */
export interface OpenReview {
  readonly id: string;
  readonly tier: SceneTier;
  readonly scope: PlanScope;
  readonly keepRules: readonly KeepRule[];
}

/** A review of exact groups, with the groups as they were when it was opened. */
export interface ExactReview extends OpenReview {
  readonly tier: "exact";
  readonly scenes: readonly ReviewedScene[];
}

/** A review of similar images, whose scenes grouping keeps. */
export interface SimilarReview extends OpenReview {
  readonly tier: ReviewTier;
}

/**
 * Frozen reviews. Paging through one is not disturbed by what happens to the library meanwhile:
 * what is stale by then is found when its plan is applied. They live as long as the library is
 * open.
 */
export class ReviewDesk {
  readonly #reviews = new Map<string, ExactReview | SimilarReview>();

  /** Freezes the exact groups of this moment. O(n log n) in the files that have a copy. */
  openExact(
    state: Readonly<LibraryState>,
    review: Omit<ExactReview, "scenes" | "tier">,
  ): ExactReview {
    const { scope, keepRules } = review;
    return this.#put({
      ...review,
      tier: "exact",
      scenes: exactScenes(state, { scope, keepRules }),
    });
  }

  /** Notes a review that grouping has frozen. */
  openSimilar(review: SimilarReview): SimilarReview {
    return this.#put(review);
  }

  /** The review, or null when it was never opened or has gone. */
  find(id: string): ExactReview | SimilarReview | null {
    const review = this.#reviews.get(id);
    return review === undefined ? null : this.#put(review);
  }

  /** Forgets a review. False when there was none. */
  close(id: string): boolean {
    return this.#reviews.delete(id);
  }

  #put<Review extends ExactReview | SimilarReview>(review: Review): Review {
    this.#reviews.delete(review.id);
    this.#reviews.set(review.id, review);
    for (const oldest of this.#reviews.keys()) {
      if (this.#reviews.size <= REVIEWS_MAX) break;
      this.#reviews.delete(oldest);
    }
    return review;
  }
}
