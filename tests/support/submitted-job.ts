import type { Job, JobRef } from "../../src/jobs/life/job.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import type { Received, ReceiveDeps } from "../../src/jobs/work/receive-message.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { createTestApp } from "./test-app.ts";
import type { TestApp } from "./test-app.ts";

export interface SubmittedJob {
  readonly test: TestApp;
  readonly ref: JobRef;
  /** Gives the job's message to a worker, whether or not it is on the queue just now. */
  receive(deps?: Partial<ReceiveDeps>): Promise<Received>;
  /** The same, when a later attempt is due and every lease has run out. */
  receiveLater(deps?: Partial<ReceiveDeps>): Promise<Received>;
  current(): Promise<Job>;
  /** As clients see it. */
  view(): Promise<Record<string, unknown>>;
}

/** An accepted job of a type "echo", in an app of its own. */
export async function submittedJob(
  profile: Profile,
  environment: Readonly<Record<string, string>> = {},
): Promise<SubmittedJob> {
  const test = await createTestApp({ profiles: [profile], environment });
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
  const ref = { workspaceId: "default", jobId: String(json["job_id"]) };
  const [message] = await test.peek("job-requests");
  const setAside = async (): Promise<never> => {
    throw new Error("set aside");
  };
  let hours = 0;
  const receive = async (deps: Partial<ReceiveDeps> = {}) => {
    const all = { ...test.app, setAside, ...deps };
    return all.shutdown.track(receiveMessage(all, JSON.parse(message ?? "{}")));
  };
  return {
    test,
    ref,
    receive,
    async receiveLater(deps) {
      hours += 2;
      const later = hours * 3_600_000;
      return receive({ clock: { now: () => new Date(Date.now() + later) }, ...deps });
    },
    current: async () => (await test.app.jobs.require(ref)).job,
    view: async () => (await test.request("GET", `/api/jobs/${ref.jobId}`)).json,
  };
}
