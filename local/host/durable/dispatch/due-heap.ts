interface Due {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is due when, the earliest first: adding, removing and taking cost the logarithm of how many there are. */
export interface DueHeap {
  /** Puts a key in, or moves it to another time. */
  set(due: Due): void;
  remove(key: string): void;
  first(): Due | undefined;
  readonly size: number;
}

export function createDueHeap(): DueHeap {
  const heap: Due[] = [];
  const places = new Map<string, number>();

  const at = (place: number): number => heap[place]?.at ?? Infinity;

  function put(due: Due, place: number): void {
    heap[place] = due;
    places.set(due.key, place);
  }

  /** Finds the place for what is to stand at this one or above or below it. */
  function settle(due: Due, from: number): void {
    let place = from;
    for (let above = (place - 1) >> 1; place > 0 && at(above) > due.at; above = (place - 1) >> 1) {
      put(heap[above] ?? due, place);
      place = above;
    }
    for (;;) {
      const left = 2 * place + 1;
      const below = at(left + 1) < at(left) ? left + 1 : left;
      const child = heap[below];
      if (child === undefined || child.at >= due.at) break;
      put(child, place);
      place = below;
    }
    put(due, place);
  }

  function remove(key: string): void {
    const place = places.get(key);
    if (place === undefined) return;
    places.delete(key);
    const last = heap.pop();
    if (last !== undefined && last.key !== key) settle(last, place);
  }

  return {
    set(due) {
      remove(due.key);
      settle(due, heap.length);
    },
    remove,
    first: () => heap[0],
    get size() {
      return heap.length;
    },
  };
}
