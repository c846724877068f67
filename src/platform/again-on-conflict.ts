import { hasCode } from "./errors.ts";

/** Whoever loses as often as this meets somebody who never stops writing. */
const MAX_TRIES = 10;

/**
 * Runs `attempt`, which reads, decides and writes; when somebody else wrote in between, it reads and decides again.
 *
 * @throws MillraceError VERSION_CONFLICT when others keep writing; whatever else `attempt` throws, at once
 */
export async function againOnConflict<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!hasCode(thrown, "VERSION_CONFLICT") || tries === MAX_TRIES) throw thrown;
    }
  }
}
