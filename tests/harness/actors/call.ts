import type { App } from "../../../src/app.ts";
import type { Life } from "../world/world.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

export type Answer<T> = { readonly value: T } | { readonly thrown: unknown };

const NO_ANSWER = { thrown: new Error("No answer") };
/** A client's patience. */
const PATIENCE_MS = 60_000;

export interface CallOptions<T> {
  /** Who asks. */
  readonly life: Life;
  readonly host: Host;
  readonly label: string;
  readonly ask: (app: App) => Promise<T>;
}

/** A client's request to the app: it may find nobody, its answer may be lost, and the host may die while it works. */
export async function call<T>({ world, random, faults }: Site, options: CallOptions<T>): Promise<Answer<T>> {
  const { life, host, label, ask } = options;
  return new Promise((resolve) => {
    const answer = (given: Answer<T>, delayMs = random.below(20)) => {
      world.after(delayMs, { life, label: `${label} ${"value" in given ? "answered" : "failed"}`, run: () => { resolve(given); } });
    };
    answer(NO_ANSWER, PATIENCE_MS);
    const arrive = () => {
      const { up } = host;
      if (!up) {
        answer(NO_ANSWER);
        return;
      }
      world.current = up.life;
      const fault = faults.draw();
      host.onEnd(up.life, () => { answer(NO_ANSWER); });
      ask(up.app).then(
        (value) => { answer(fault === "lostAnswer" ? NO_ANSWER : { value }); },
        (thrown: unknown) => { answer({ thrown }); },
      );
    };
    world.after(random.below(20), { life: undefined, label: `${label} arrives at ${host.name}`, run: arrive });
  });
}
