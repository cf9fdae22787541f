// What PostgreSQL probes may say beyond every SQL probe: derived metrics, and what a missing value means.
import type { SqlProbe, SqlRow, Trouble } from "../probe";
import type { Reasons } from "../reasons";

type Values = Readonly<Record<string, number | null>>;

export interface PostgresProbe extends SqlProbe {
  /** Metrics that are no column: computed from the other values of the same row, rates included; null for no sample. */
  derived?: Readonly<Record<string, (values: Values) => number | null>>;
  /**
   * Metrics of one more row, without labels: each the sum of a value over all rows, so that what many databases do together
   * takes one series. Where a row's counters were reset there is none.
   */
  totals?: Readonly<Record<string, string>>;
  /** Columns that are no counters and yet belong to what /metrics tells of a row beside them. */
  exposes?: readonly string[];
  /** Metric or rate → what to grant or switch on when it is NULL in every row. */
  whenNull?: Readonly<Reasons>;
  /** Facts and reasons that take several columns or rows. */
  gather?: Gatherer;
  /** What a role without enough rights cannot be told of all rows, or null. Pure. */
  lacking?(rows: readonly SqlRow[]): Trouble | null;
}

/** Pure; gets all rows of a reading. */
interface Gatherer {
  /** Columns that nothing else reads. */
  columns: readonly string[];
  from(rows: readonly SqlRow[]): { facts?: Record<string, unknown>; unavailable?: Reasons };
}

/** Declares a PostgreSQL probe; exists so that a file's shape is checked. */
export function defineProbe(probe: PostgresProbe): PostgresProbe {
  return probe;
}
