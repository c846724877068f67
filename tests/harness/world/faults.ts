import type { Random } from "./random.ts";

/** What can go wrong with a request and with who sent it. */
export const FAULTS = [
  /** It never arrives, and the sender hears so. */
  "lostRequest",
  /** It never arrives, and the sender hears nothing. */
  "silence",
  /** 503 in place of the deed. */
  "refused",
  /** Carried out, but the connection breaks before the answer. */
  "lostAnswer",
  /** Carried out, but a gateway answers 500. */
  "wrongAnswer",
  /** Takes its time to arrive. */
  "lateRequest",
  /** Carried out, and the answer takes its time. */
  "lateAnswer",
  /** A message that is put is there twice. */
  "duplicate",
  /** A message that was put is not there. */
  "lostMessage",
  /** The sender dies before the request leaves it. */
  "crashBefore",
  /** The sender dies before it hears the answer. */
  "crashAfter",
  /** The sender stands still for a while when the answer is on its way. */
  "pause",
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Faults {
  /** What goes wrong with the next request, of what can. */
  draw(isPossible: (fault: Fault) => boolean): Fault | undefined;
  /** From now on all goes well. */
  stop(): void;
  readonly stopped: boolean;
  /** How often each came up. */
  readonly fired: ReadonlyMap<Fault, number>;
}

/** Each run has some kinds of fault and not others, each at a rate of its own: uniform rates hide bugs (swarm testing). */
export function drawFaults(random: Random, never: readonly Fault[] = []): Faults {
  const share = random.pick([0.02, 0.05, 0.1, 0.2, 0.35]);
  const kinds = FAULTS.filter((kind) => random.happens(0.5) && !never.includes(kind));
  const fired = new Map<Fault, number>();
  let stopped = false;
  return {
    fired,
    draw(isPossible) {
      const [first, ...others] = kinds.filter(isPossible);
      if (stopped || !first || !random.happens(share)) return undefined;
      const fault = random.pick([first, ...others]);
      fired.set(fault, (fired.get(fault) ?? 0) + 1);
      return fault;
    },
    stop() {
      stopped = true;
    },
    get stopped() {
      return stopped;
    },
  };
}
