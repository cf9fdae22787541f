// One statement for rows of different kinds, so that a probe with several subjects still takes one round trip.

/** Column → SQL type, in the order of the statement. */
export type Columns = Readonly<Record<string, string>>;

/** Rows of one kind: the columns they have, and where from. */
interface Part {
  values: Readonly<Record<string, string>>;
  from: string;
}

/** SELECTs united; what a part does not give is NULL. */
export function unite(columns: Columns, parts: readonly Part[]): string {
  const select = ({ values, from }: Part) => {
    const given = Object.entries(columns).map(([name, type]) => `(${values[name] ?? "NULL"})::${type} AS "${name}"`);
    return `SELECT ${given.join(", ")}\n${from}`;
  };
  return parts.map(select).join("\nUNION ALL ");
}
