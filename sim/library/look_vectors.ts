import { draw32, type DrawStream, drawStream, hashText, hashWith } from "../world/draw.ts";
import { UNIT_LENGTH, type VirtualModel } from "./virtual_model.ts";

/** Where a picture is seen from, relative to its scene. */
export type Stance =
  /** `place` on a line through the scene, in thousandths of the close distance. */
  | { readonly kind: "line"; readonly place: number }
  /** In a random direction, `offset` thousandths of the close distance away from the scene. */
  | { readonly kind: "around"; readonly member: number; readonly offset: number };

/**
 * Relative spread of the axes: a few carry most of what tells pictures apart, as in real models.
 */
const AXIS_DECAY = 8;
/** A decay so slow that every axis is alike. */
const NO_DECAY = 1_000_000;

/**
 * Makes vectors of unit length from keyed integer draws and square roots alone, so that every
 * machine makes the same ones. Linear in the number of dimensions.
 */
export class LookVectors {
  readonly #scenes: DrawStream;
  readonly #directions: DrawStream;
  /** Length of the close distance, in units of `UNIT_LENGTH`. */
  readonly #closeLength: number;
  /** Used again for each vector. */
  readonly #base: Float64Array;
  readonly #towards: Float64Array;

  constructor(seed: number, model: VirtualModel) {
    this.#scenes = drawStream(seed, "look/scene");
    this.#directions = drawStream(seed, "look/direction");
    this.#closeLength = Math.sqrt(model.close);
    this.#base = new Float64Array(model.dimensions);
    this.#towards = new Float64Array(model.dimensions);
  }

  /** The vector of a scene's picture. The same scene and stance always give the same vector. */
  vector(scene: string, stance: Stance): Int16Array {
    const sceneHash = hashText(scene);
    const base = this.#base;
    fillRandom(base, this.#scenes, { entityHash: sceneHash, decay: AXIS_DECAY });
    makeUnit(base);
    const isLine = stance.kind === "line";
    const thousandths = isLine ? stance.place : stance.offset;
    if (thousandths !== 0) {
      const towards = this.#towards;
      const entityHash = isLine ? sceneHash : hashWith(sceneHash, stance.member + 1);
      fillRandom(towards, this.#directions, { entityHash, decay: NO_DECAY });
      removeAlong(towards, base);
      makeUnit(towards);
      const length = this.#closeLength * thousandths / 1000 / UNIT_LENGTH;
      for (let axis = 0; axis < base.length; axis += 1) base[axis]! += towards[axis]! * length;
      makeUnit(base);
    }
    const vector = new Int16Array(base.length);
    for (let axis = 0; axis < base.length; axis += 1) {
      vector[axis] = Math.round(base[axis]! * UNIT_LENGTH);
    }
    return vector;
  }
}

/** Components that are close to normally distributed, each axis narrower than the one before. */
function fillRandom(
  components: Float64Array,
  stream: DrawStream,
  of: { entityHash: number; decay: number },
): void {
  for (let axis = 0; axis < components.length; axis += 1) {
    const first = draw32(stream, of.entityHash, axis * 2);
    const second = draw32(stream, of.entityHash, axis * 2 + 1);
    // The sum of four uniform numbers is close to normal.
    const sum = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16);
    components[axis] = (sum - 131_070) * of.decay / (of.decay + axis);
  }
}

function makeUnit(components: Float64Array): void {
  let sum = 0;
  for (let axis = 0; axis < components.length; axis += 1) {
    sum += components[axis]! * components[axis]!;
  }
  const length = Math.sqrt(sum);
  for (let axis = 0; axis < components.length; axis += 1) components[axis]! /= length;
}

/** Takes away what points along `axis`, which has length 1. */
function removeAlong(components: Float64Array, axis: Float64Array): void {
  let along = 0;
  for (let index = 0; index < components.length; index += 1) {
    along += components[index]! * axis[index]!;
  }
  for (let index = 0; index < components.length; index += 1) {
    components[index]! -= along * axis[index]!;
  }
}
