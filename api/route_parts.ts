import type { z } from "@hono/zod-openapi";
import { ProblemSchema } from "./schemas/shared_shapes.ts";

/** The answer of every route to what it cannot do. */
export const PROBLEM_ANSWER = {
  default: {
    description: "A problem, see RFC 9457",
    content: { "application/problem+json": { schema: ProblemSchema } },
  },
} as const;

/** A JSON body of a request or an answer, as routes declare it. */
export interface JsonContent<Schema extends z.ZodType> {
  readonly content: { readonly "application/json": { readonly schema: Schema } };
}

/** A body that must be there: without `required` an absent one would pass unseen. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
): JsonContent<Schema> & { readonly required: true } {
  return { required: true as const, content: { "application/json": { schema } } };
}

/** An answer with a body. */
export function jsonAnswer<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
): JsonContent<Schema> & { readonly description: string } {
  return { description, content: { "application/json": { schema } } };
}

/** A type with its arrays open to change: JSON makes no difference. */
export type Plain<Value> = Value extends string | number | boolean | null | undefined ? Value
  : Value extends readonly (infer Item)[] ? Plain<Item>[]
  : { -readonly [Key in keyof Value]: Plain<Value[Key]> };

/** The same value for a writer of JSON, which changes nothing in it. */
export function plain<Value>(value: Value): Plain<Value> {
  return value as Plain<Value>;
}
