/** Freezes plain data all the way down, so that a later change throws. Linear in its size. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  // The elements of a typed array cannot be frozen.
  if (ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const field of Object.values(value)) deepFreeze(field);
}
