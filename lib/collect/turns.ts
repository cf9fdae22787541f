/**
 * Things with a time each, of which the earliest is known: a binary heap that remembers where everything stands, so
 * that a changed time costs no walk through all of them.
 */
export function createTurns<Item>() {
  const heap: { item: Item; at: number }[] = [];
  const places = new Map<Item, number>();

  function put(place: number, entry: { item: Item; at: number }): void {
    heap[place] = entry;
    places.set(entry.item, place);
  }

  function rise(from: number, entry: { item: Item; at: number }): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (!parent || parent.at <= entry.at) break;
      put(place, parent);
      place = above;
    }
    put(place, entry);
  }

  function sink(from: number, entry: { item: Item; at: number }): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      const below = (heap[left + 1]?.at ?? Number.POSITIVE_INFINITY) < (heap[left]?.at ?? 0) ? left + 1 : left;
      const child = heap[below];
      if (!child || child.at >= entry.at) break;
      put(place, child);
      place = below;
    }
    put(place, entry);
  }

  function settle(place: number, entry: { item: Item; at: number }): void {
    const parent = heap[(place - 1) >> 1];
    if (place > 0 && parent && parent.at > entry.at) rise(place, entry);
    else sink(place, entry);
  }

  return {
    /** Gives an item its time, or another one. */
    set(item: Item, at: number): void {
      settle(places.get(item) ?? heap.length, { item, at });
    },
    delete(item: Item): void {
      const place = places.get(item);
      if (place === undefined) return;
      places.delete(item);
      const last = heap.pop();
      if (last && last.item !== item) settle(place, last);
    },
    /** The earliest; of equal times any. */
    first: (): { item: Item; at: number } | undefined => heap[0],
    items: (): Item[] => heap.map(({ item }) => item),
    get size(): number {
      return heap.length;
    },
  };
}
