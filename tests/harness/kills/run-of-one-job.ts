import { expect } from "@jest/globals";
import type { Flow } from "./flow.ts";

/** A worker takes the message of a job that waits, and brings the job to its end. */
export const runOfOneJob: Flow = {
  leastCalls: 12, // Row, claim; three questions, an artifact, a checkpoint, the result; two steps and the end; the message.
  async begin({ client, successor, jobs }) {
    await successor.submit(client.newRequest());
    return {
      order: { act: "receive", input: await successor.take() },
      check() {
        const [job] = jobs();
        expect(job).toMatchObject({ phase: "done" });
        expect(job?.attempt).toBeLessThanOrEqual(2);
      },
    };
  },
};
