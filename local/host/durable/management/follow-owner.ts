import type { OwnerAddress, Ownership } from "../../ownership/ownership.ts";

const POLL_MS = 1000;

/** Watches whether an owner stays the owner while it is being waited for. Stop it afterwards. */
export function followOwner(ownership: Ownership, owner: OwnerAddress): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const timer = setInterval(() => void look(), POLL_MS);
  async function look(): Promise<void> {
    try {
      const now = await ownership.owner();
      if (now?.instanceId !== owner.instanceId) controller.abort();
    } catch {
      // the folder could not be read just now: look again at the next tick
    }
  }
  return {
    signal: controller.signal,
    stop() {
      clearInterval(timer);
    },
  };
}
