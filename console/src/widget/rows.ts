/** Lists of the designer: each row is known by a name of its own, which stays while its words change. */

/** `stem` with the first number that no row has. */
export function freeName(stem: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) if (!taken.includes(`${stem}${number}`)) return `${stem}${number}`;
}

/** The row at `from` in the place of its neighbour. */
export function moved<T>(rows: readonly T[], from: number, by: -1 | 1): T[] {
  const other = rows[from + by];
  const row = rows[from];
  if (row === undefined || other === undefined) return [...rows];
  return rows.map((each, at) => (at === from ? other : at === from + by ? row : each));
}

export function replaced<T>(rows: readonly T[], at: number, part: Partial<T>): T[] {
  return rows.map((each, index) => (index === at ? { ...each, ...part } : each));
}

export function without<T>(rows: readonly T[], at: number): T[] {
  return rows.filter((_, index) => index !== at);
}
