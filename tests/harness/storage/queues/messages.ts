import { StorageFault } from "../wire.ts";
import type { ServiceOptions } from "../wire.ts";

export interface Message {
  readonly id: string;
  readonly text: string;
  readonly insertedAt: number;
  readonly expiresAt: number;
  readonly visibleAt: number;
  readonly dequeueCount: number;
  readonly receipt: string;
}

export interface Messages {
  put(options: { text: string | undefined; visibilityMs: number; timeToLiveMs: number }): Message;
  peek(count: number): Message[];
  take(count: number, visibilityMs: number): Message[];
  update(options: { id: string; receipt: string; visibilityMs: number; text: string | undefined }): Message;
  delete(id: string, receipt: string): void;
  clear(): void;
  count(): number;
  nextVisibleAt(): number | undefined;
  duplicateNewest(): void;
  loseNewest(): void;
}

/** The messages of one queue. Every put, get and update gives a message a new receipt; only the last one is good. */
export function createMessages({ now, chance }: ServiceOptions): Messages {
  /** In the order in which they were put. */
  const messages = new Map<string, Message>();
  let stamps = 0;
  const time = () => now().getTime();
  const newId = (kind: string) => `${kind}-${String(++stamps).padStart(8, "0")}`;
  const alive = () => {
    for (const { id, expiresAt } of messages.values()) if (expiresAt <= time()) messages.delete(id);
    return [...messages.values()];
  };
  const visible = () => alive().filter(({ visibleAt }) => visibleAt <= time());
  const replace = (message: Message, changes: Partial<Message>) => {
    const changed = { ...message, receipt: newId("receipt"), ...changes };
    messages.set(message.id, changed);
    return changed;
  };
  const require = (id: string, receipt: string) => {
    const message = messages.get(id);
    if (!message || message.expiresAt <= time()) throw new StorageFault(404, "MessageNotFound");
    if (message.receipt !== receipt) throw new StorageFault(400, "PopReceiptMismatch");
    return message;
  };
  return {
    put({ text = "", visibilityMs, timeToLiveMs }) {
      const insertedAt = time();
      const times = { insertedAt, expiresAt: insertedAt + timeToLiveMs, visibleAt: insertedAt + visibilityMs };
      const message = { id: newId("message"), text, dequeueCount: 0, receipt: newId("receipt"), ...times };
      messages.set(message.id, message);
      return message;
    },
    peek: (count) => visible().slice(0, count),
    take(count, visibilityMs) {
      const candidates = visible();
      const taken: Message[] = [];
      // Oldest first is the rule, and no promise: now and then another one comes first.
      while (taken.length < count && candidates.length > 0) {
        const place = chance() < 0.25 ? Math.floor(chance() * candidates.length) : 0;
        const [message] = candidates.splice(place, 1);
        if (message)
          taken.push(replace(message, { dequeueCount: message.dequeueCount + 1, visibleAt: time() + visibilityMs }));
      }
      return taken;
    },
    update({ id, receipt, visibilityMs, text }) {
      const message = require(id, receipt);
      return replace(message, { visibleAt: time() + visibilityMs, ...(text !== undefined && { text }) });
    },
    delete(id, receipt) {
      require(id, receipt);
      messages.delete(id);
    },
    clear() {
      messages.clear();
    },
    count: () => alive().length,
    nextVisibleAt: () =>
      alive().reduce<number | undefined>((least, { visibleAt }) => Math.min(least ?? visibleAt, visibleAt), undefined),
    duplicateNewest() {
      const newest = [...messages.values()].at(-1);
      if (newest) {
        const copy = { ...newest, id: newId("message"), receipt: newId("receipt") };
        messages.set(copy.id, copy);
      }
    },
    loseNewest() {
      const newest = [...messages.keys()].at(-1);
      if (newest !== undefined) messages.delete(newest);
    },
  };
}
