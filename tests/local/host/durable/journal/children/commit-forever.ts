/**
 * Starts and ends instances as fast as it can, and says of each transition that it has been acknowledged:
 * `commit-forever.js FOLDER EPOCH`. When it cannot go on it says why, twice, and exits.
 */
import { writeSync } from "node:fs";
import { openJournal } from "../../../../../../local/host/durable/journal/open-journal.ts";
import { createHubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import { episode, started } from "../../state/support/records.ts";

const [folder = "", epoch = ""] = process.argv.slice(2);
const claim = { epoch: Number(epoch), isHeld: async () => true };
const journal = await openJournal({ folder, claim, state: createHubState(), compactAfterBytes: 10_000 });

// Synchronous: what has been said has left the process, whatever becomes of it.
const say = (text: string) => writeSync(1, `${text}\n`);

async function startAndEnd(lane: number): Promise<void> {
  for (let number = 0; ; number++) {
    const id = `${epoch}-${lane}-${number}`;
    await journal.commit(started(id));
    say(`started ${id}`);
    await journal.commit(episode(id, { status: "Completed", output: JSON.stringify(id) }));
    say(`ended ${id}`);
  }
}

try {
  await Promise.all(Array.from({ length: 6 }, async (_, lane) => startAndEnd(lane)));
} catch (error) {
  say(`failed ${String(error)}`);
}
await journal.commit(started("afterwards")).catch((error: unknown) => say(`failed ${String(error)}`));
