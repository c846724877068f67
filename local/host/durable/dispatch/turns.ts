/** Work that waits for its turn: at most so many at once, each key one at a time, in the order in which they came. */
export interface Turns<Item> {
  /** Gives the key a turn; another one after the present turn when it has one. The newest item counts. */
  add(key: string, item: Item): void;
  /** Takes back a turn that has not begun. */
  remove(key: string): void;
  /** Begins nothing new; resolves when what runs has ended. */
  stop(): Promise<void>;
  /** How many keys wait or run. */
  readonly size: number;
}

export interface TurnRules<Item> {
  readonly limit: number;
  /** Must not reject: what cannot be done is for it to say, and to bring back. */
  readonly take: (item: Item) => Promise<void>;
}

export function createTurns<Item>({ limit, take }: TurnRules<Item>): Turns<Item> {
  const waiting = new Map<string, Item>();
  const running = new Set<string>();
  const again = new Map<string, Item>();
  let isStopped = false;
  let ended: (() => void) | undefined;

  function begin(): void {
    while (!isStopped && running.size < limit) {
      const next = waiting.entries().next();
      if (next.done === true) return;
      const [key, item] = next.value;
      waiting.delete(key);
      running.add(key);
      void take(item).finally(() => {
        end(key);
      });
    }
  }

  function end(key: string): void {
    running.delete(key);
    const item = again.get(key);
    if (item !== undefined) {
      again.delete(key);
      waiting.set(key, item);
    }
    begin();
    if (running.size === 0) ended?.();
  }

  return {
    add(key, item) {
      if (isStopped) return;
      if (running.has(key)) again.set(key, item);
      else waiting.set(key, item);
      begin();
    },
    remove(key) {
      waiting.delete(key);
      again.delete(key);
    },
    stop() {
      isStopped = true;
      waiting.clear();
      again.clear();
      return running.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            const earlier = ended;
            ended = () => {
              earlier?.();
              resolve();
            };
          });
    },
    get size() {
      return waiting.size + running.size;
    },
  };
}
