import { QueueClient } from "@azure/storage-queue";
import { withOrchestrations } from "../../../src/app.ts";
import type { App } from "../../../src/app.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { submitJob } from "../../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../../src/jobs/submit.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import { NO_ORCHESTRATIONS } from "../../../src/platform/orchestrations.ts";
import { collectLog } from "../../support/sinks.ts";
import { QUEUE_NAME, QUEUE_NAMES, deleteIfOurs, workOn } from "./acts.ts";
import type { TakenMessage } from "./acts.ts";
import type { Client } from "./client.ts";

/** Who has the first turn when time has passed: the timer, or the messages that came back. */
type First = "supervisor" | "messages";

export interface Successor {
  readonly app: App;
  /** Brings a client's request to its answer. */
  submit(request: SubmitCommand): Promise<Job>;
  /** Takes a message from the queue; when time passes it comes back, unless it was deleted. */
  take(queue?: string): Promise<TakenMessage>;
  /** Does what a message asks for, and leaves the message. */
  work(message: TakenMessage): Promise<void>;
  /** A message that was taken does not come back. */
  lose(message: TakenMessage): Promise<void>;
  /** So many days go by, in which nothing happens. */
  passDays(days: number): void;
  /** An hour goes by, and the supervisor sweeps; nobody takes a message. */
  sweep(): Promise<void>;
  /** Hours go by, each with a sweep of the supervisor and all messages that there are, until every job has ended. */
  passTime(first: First): Promise<void>;
}

export interface SuccessorOptions {
  readonly app: App;
  readonly account: string;
  readonly client: Client;
  /** Whether every job has ended, and every batch. */
  readonly isOver: () => boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A job has four attempts, and one hour is for each. */
const MOST_HOURS = 8;
const HIDDEN_SECONDS = 3600;

export function createSuccessor({ app, account, client, isOver }: SuccessorOptions): Successor {
  const queueOf = (name: string) => new QueueClient(account, name);
  const taken: TakenMessage[] = [];
  let hours = 0;
  let daysMs = 0;

  async function take(queue: string, visibilityTimeout = HIDDEN_SECONDS): Promise<TakenMessage | undefined> {
    const { receivedMessageItems } = await queueOf(queue).receiveMessages({ numberOfMessages: 1, visibilityTimeout });
    const [message] = receivedMessageItems;
    if (!message) return undefined;
    const { messageId: id, popReceipt: receipt, messageText } = message;
    return { queue, id, receipt, text: Buffer.from(messageText, "base64").toString() };
  }

  async function takeAny(): Promise<TakenMessage | undefined> {
    for (const name of QUEUE_NAMES) {
      const message = await take(name);
      if (message) return message;
    }
    return undefined;
  }

  async function deliverAll(then: App): Promise<void> {
    for (const message of taken.splice(0)) await showAgain(queueOf(message.queue), message);
    for (let message = await takeAny(); message; message = await takeAny()) {
      await workOn(then, message, collectLog().sink);
      await deleteIfOurs(queueOf(message.queue), message);
    }
  }

  /** This process an hour later. */
  function later(): App {
    hours += 1;
    const aheadMs = daysMs + hours * HOUR_MS;
    const then = { ...app, clock: { now: () => new Date(Date.now() + aheadMs) } };
    return withOrchestrations(then, { ...NO_ORCHESTRATIONS, state: async () => "gone" });
  }

  async function passHour(first: First): Promise<void> {
    const then = later();
    if (first === "messages") await deliverAll(then);
    await superviseJobs(then, collectLog().sink);
    await deliverAll(then);
  }

  return {
    app,
    async submit(request) {
      const { job } = await submitJob(app, request);
      client.heard(request, job.jobId);
      return job;
    },
    async take(queue = QUEUE_NAME) {
      const message = await take(queue);
      if (!message) throw new Error("There is no message to take");
      taken.push(message);
      return message;
    },
    work: async (message) => workOn(app, message, collectLog().sink),
    lose: async (message) => deleteIfOurs(queueOf(message.queue), message),
    passDays(days) {
      daysMs += days * DAY_MS;
    },
    async sweep() {
      await superviseJobs(later(), collectLog().sink);
    },
    async passTime(first) {
      do await passHour(first);
      while (!isOver() && hours < MOST_HOURS);
    },
  };
}

/** Its time in hiding is over. */
async function showAgain(queue: QueueClient, { id, receipt, text }: TakenMessage): Promise<void> {
  try {
    await queue.updateMessage(id, receipt, Buffer.from(text).toString("base64"), 0);
  } catch (thrown) {
    const { statusCode } = thrown as { readonly statusCode?: number };
    if (statusCode !== 404) throw thrown; // It was deleted meanwhile, by who had it.
  }
}
