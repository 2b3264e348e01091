/** A list with one of its things at another place; the same list where there is no such thing. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = [...items];
  const [thing] = rest.splice(from, from < 0 ? 0 : 1);
  if (thing !== undefined) rest.splice(to, 0, thing);
  return rest;
}
