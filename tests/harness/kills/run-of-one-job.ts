import type { Job } from "../../../src/jobs/life/job.ts";
import type { Flow } from "./flow.ts";

/** A worker takes the message of a job that waits, and brings the job to its end. */
export const runOfOneJob: Flow = {
  leastCalls: 12, // Row, claim; three questions, an artifact, a checkpoint, the result; two steps and the end; the message.
  async begin({ client, successor }) {
    await successor.submit(client.newRequest());
    return { order: { act: "receive", input: await successor.take() } };
  },
};

interface Ended {
  readonly place: string;
  readonly jobs: readonly Job[];
}

/** The places after which there is not one job, which is done after one attempt or two. */
export function placesOfOtherEnds(runs: readonly Ended[]): string[] {
  const isDone = ({ phase, attempt }: Job) => phase === "done" && attempt <= 2;
  return runs.filter(({ jobs }) => jobs.length !== 1 || !jobs.every(isDone)).map(({ place }) => place);
}
