import type { Job } from "../../../src/jobs/life/job.ts";
import type { SubmitCommand } from "../../../src/jobs/submit.ts";
import { newToken } from "../../../src/platform/ids.ts";
import { acceptTraceparent } from "../../../src/platform/trace.ts";
import type { Asked } from "../history/client-event.ts";
import type { ClientEvent, Commit } from "../history/history.ts";
import { JOB_TYPE } from "./job-type.ts";

const WORKSPACE = "default";

/** Who asks for jobs, and remembers what it asked and what it heard. */
export interface Client {
  readonly events: readonly ClientEvent[];
  /** A request that is like no other. A large one has a payload that does not fit the row. */
  newRequest(options?: { readonly withKey?: boolean; readonly isLarge?: boolean }): SubmitCommand;
  heard(request: SubmitCommand, jobId: string): void;
  /** No answer came, or none that says what happened. */
  gotNoAnswer(request: SubmitCommand): void;
  /** Asks something of a job that is there. */
  ask(what: Omit<Asked, "call">): Question;
}

interface Question {
  /** What the process that was asked came to: the job as it is then, a refusal, or nothing that anybody heard. */
  hear(outcome: { readonly value: unknown } | { readonly code: string } | undefined): void;
}

/** What is answered of a job. */
export type ToldJob = Pick<Job, "operationId" | "version" | "phase">;

type Unlogged = ClientEvent extends infer Event
  ? Event extends ClientEvent
    ? Omit<Event, "at" | "client" | "commits">
    : never
  : never;

export function createClient(commits: readonly Commit[]): Client {
  const events: ClientEvent[] = [];
  const note = (event: Unlogged) => {
    events.push({ at: events.length, client: "client", commits: commits.length, ...event });
  };
  const named = ({ metadata, idempotencyKey: key }: SubmitCommand) => ({ text: metadata?.["wish"] ?? "", key });
  return {
    events,
    newRequest({ withKey = false, isLarge = false } = {}) {
      const token = newToken();
      const text = `hello ${token}`;
      const request = {
        workspaceId: WORKSPACE,
        jobType: JOB_TYPE.id,
        payload: { text: text.padEnd(isLarge ? 40_000 : 0) },
        metadata: { wish: text },
        traceparent: acceptTraceparent(undefined),
        ...(withKey && { idempotencyKey: `key-${token}` }),
      };
      note({ did: "submit", ...named(request) });
      return request;
    },
    heard(request, jobId) {
      note({ did: "heard", ...named(request), jobId });
    },
    gotNoAnswer(request) {
      note({ did: "maybe", ...named(request), code: "NO_ANSWER" });
    },
    ask(what) {
      const about = { act: what.act, jobId: what.jobId, call: events.length };
      note({ did: "ask", ...what, ...about });
      return {
        hear(outcome) {
          if (!outcome) note({ did: "unsure", ...about, code: "NO_ANSWER" });
          else if ("code" in outcome) note({ did: "no", ...about, code: outcome.code });
          else note({ did: "yes", ...about, ...(outcome.value as ToldJob) });
        },
      };
    },
  };
}
