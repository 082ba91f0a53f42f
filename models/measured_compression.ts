/** Steps of compression, once for each first step that is tried, in their order. */
export type TriedSteps = readonly number[];

/** A photo and a copy of it. */
export interface MeasuredCopy {
  /** Where the photo is from. */
  readonly source: string;
  /** How the copy was made. */
  readonly kind: string;
  readonly photo: TriedSteps;
  readonly copy: TriedSteps;
}

/** Two shots of one thing by one camera. */
export interface MeasuredShots {
  readonly source: string;
  readonly one: TriedSteps;
  readonly other: TriedSteps;
}

/** What is measured on photos and on copies of them. */
export interface MeasuredCompression {
  /** The first steps that are tried: one in so many parts of what hides it. */
  readonly divisors: readonly number[];
  readonly copies: readonly MeasuredCopy[];
  readonly shots: readonly MeasuredShots[];
}
