// Lays series on top of each other.

export interface Layer {
  /** Sum of the series below: where this one stands. */
  floor: (number | null)[];
  /** Floor plus the own value; `null` where the own value is missing. */
  top: (number | null)[];
}

/** Layers from the bottom up. A missing value makes a hole in its own layer only: the ones above stand on what is known. */
export function stack(series: readonly (readonly (number | null)[])[]): Layer[] {
  const sum: number[] = [];
  return series.map((values) => {
    const floor = values.map((_, index) => sum[index] ?? 0);
    const top = values.map((value, index) => {
      if (value === null) return null;
      const height = (sum[index] ?? 0) + value;
      sum[index] = height;
      return height;
    });
    return { floor, top };
  });
}
