import { draw32, type DrawStream, drawStream, hashText, hashWith } from "../world/draw.ts";
import { UNIT_LENGTH, type VirtualModel } from "./virtual_model.ts";

/** Where a picture is seen from, relative to its scene. */
export type Stance =
  /** `place` on a line through the scene, in thousandths of the close distance. */
  | { readonly kind: "line"; readonly place: number }
  /** In a random direction, `offset` thousandths of the close distance away from the scene. */
  | { readonly kind: "around"; readonly member: number; readonly offset: number };

/** Relative spread of the axes: a few carry most of what tells pictures apart, as in real models. */
const AXIS_DECAY = 8;

/**
 * Makes vectors of unit length from keyed integer draws and square roots alone, so that every machine
 * makes the same ones. Linear in the number of dimensions.
 */
export class LookVectors {
  readonly #model: VirtualModel;
  readonly #scenes: DrawStream;
  readonly #directions: DrawStream;
  /** Length of the close distance, in units of `UNIT_LENGTH`. */
  readonly #closeLength: number;

  constructor(seed: number, model: VirtualModel) {
    this.#model = model;
    this.#scenes = drawStream(seed, "look/scene");
    this.#directions = drawStream(seed, "look/direction");
    this.#closeLength = Math.sqrt(model.close);
  }

  /** The vector of a scene's picture. The same scene and stance always give the same vector. */
  vector(scene: string, stance: Stance): Int16Array {
    const sceneHash = hashText(scene);
    const base = unit(this.#random(this.#scenes, sceneHash, AXIS_DECAY));
    const isLine = stance.kind === "line";
    const directionHash = isLine ? sceneHash : hashWith(sceneHash, stance.member + 1);
    const direction = this.#random(this.#directions, directionHash, 1_000_000);
    removeAlong(direction, base);
    const towards = unit(direction);
    const thousandths = isLine ? stance.place : stance.offset;
    const length = this.#closeLength * thousandths / 1000 / UNIT_LENGTH;
    for (let axis = 0; axis < base.length; axis += 1) base[axis]! += towards[axis]! * length;
    return quantised(unit(base));
  }

  #random(stream: DrawStream, entityHash: number, decay: number): number[] {
    const components: number[] = [];
    for (let axis = 0; axis < this.#model.dimensions; axis += 1) {
      const first = draw32(stream, entityHash, axis * 2);
      const second = draw32(stream, entityHash, axis * 2 + 1);
      // The sum of four uniform numbers is close to normal.
      const sum = (first & 0xffff) + (first >>> 16) + (second & 0xffff) + (second >>> 16);
      components.push((sum - 131_070) * decay / (decay + axis));
    }
    return components;
  }
}

function unit(components: number[]): number[] {
  let sum = 0;
  for (const component of components) sum += component * component;
  const length = Math.sqrt(sum);
  return components.map((component) => component / length);
}

/** Takes away what points along `axis`, which has length 1. */
function removeAlong(components: number[], axis: readonly number[]): void {
  let along = 0;
  for (let index = 0; index < components.length; index += 1) {
    along += components[index]! * axis[index]!;
  }
  for (let index = 0; index < components.length; index += 1) {
    components[index]! -= along * axis[index]!;
  }
}

function quantised(components: readonly number[]): Int16Array {
  return Int16Array.from(components, (component) => Math.round(component * UNIT_LENGTH));
}
