/** A copy of the list with another value at one place. Linear in the list, which is short. */
export function replaceAt<Value>(
  list: readonly Value[],
  index: number,
  value: Value,
): readonly Value[] {
  return list.map((known, at) => at === index ? value : known);
}
