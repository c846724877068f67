import type { App } from "../../../src/app.ts";
import type { Life } from "../world/world.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

export type Answer<T> = { readonly value: T } | { readonly thrown: unknown };

/** The connection broke, or nobody was there. */
export const NO_ANSWER = new Error("No answer");
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
export async function call<T>(site: Site, options: CallOptions<T>): Promise<Answer<T>> {
  const { world, random } = site;
  const { life, host, label } = options;
  return new Promise((resolve) => {
    let answered = false;
    const answer = (given: Answer<T>, delayMs = random.below(20)) => {
      const told = `${label} ${"value" in given ? "answered" : "failed"}`;
      const run = () => {
        resolve(given);
        giveUp();
      };
      if (!answered) world.after(delayMs, { life, label: told, run });
      answered = true;
    };
    const giveUp = world.after(PATIENCE_MS, {
      life,
      label: `${label} given up`,
      run: () => {
        resolve({ thrown: NO_ANSWER });
      },
    });
    const run = () => {
      serve(site, options, answer);
    };
    world.after(random.below(20), { life: undefined, label: `${label} arrives at ${host.name}`, run });
  });
}

function serve<T>({ world, faults }: Site, { host, ask }: CallOptions<T>, answer: (given: Answer<T>) => void): void {
  const { up } = host;
  if (!up) {
    answer({ thrown: NO_ANSWER });
    return;
  }
  world.current = up.life;
  const isLost = faults.draw((kind) => kind === "lostAnswer") !== undefined;
  host.onEnd(up.life, () => {
    answer({ thrown: NO_ANSWER });
  });
  ask(up.app).then(
    (value) => {
      answer(isLost ? { thrown: NO_ANSWER } : { value });
    },
    (thrown: unknown) => {
      answer({ thrown });
    },
  );
}
