/**
 * The lint plugin of the project: `scenekeep/boundaries` keeps imports to the doors between rooms,
 * `scenekeep/no-ambient` keeps clocks, randomness, timers and input out of deterministic code,
 * `scenekeep/function-length` keeps functions short.
 *
 * @module
 */

import { boundariesRule } from "./boundaries_rule.ts";
import { functionLengthRule } from "./function_length_rule.ts";
import { noAmbientRule } from "./no_ambient_rule.ts";

/** The plugin, as `deno lint` loads it. */
const plugin: Deno.lint.Plugin = {
  name: "scenekeep",
  rules: {
    "boundaries": boundariesRule,
    "no-ambient": noAmbientRule,
    "function-length": functionLengthRule,
  },
};

export default plugin;
