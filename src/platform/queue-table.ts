import { z } from "zod";
import type { Priority } from "../contract/submit-request.ts";
import { InvariantError } from "./errors.ts";
import type { Queue } from "./queues.ts";

/** Jobs of normal priority travel through the queue as it is named, the others beside it. */
const SUFFIX_OF = { high: "-high", normal: "", low: "-low" } as const satisfies Record<Priority, string>;
const PRIORITIES = Object.keys(SUFFIX_OF) as Priority[];

/** The host's own word for the queue of what it gave up. */
const POISON = "-poison";

/** Azure allows a queue 63 characters; the longest name that is made of one in the table is `{name}-high-poison`. */
const LONGEST_NAME = 63 - `${SUFFIX_OF.high}${POISON}`.length;
const PAIR = new RegExp(`^[a-z]+=[a-z0-9](?:[a-z0-9]|-(?!-)){1,${LONGEST_NAME - 2}}[a-z0-9]$`);

/** Which capability's jobs travel through which queue. */
export type QueueTable = Readonly<Record<string, string>>;

/**
 * The text `documents=job-requests,images=job-images` as a table. No queue may serve two ends: a job would be taken for
 * another's, or read from where poison is kept.
 */
export const queueTableSchema = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((pair) => pair.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string().regex(PAIR, `is not capability=queue-name, with names of 3 to ${LONGEST_NAME} characters`)))
  .transform((pairs) => pairs.map((pair) => pair.split("=") as [string, string]))
  .refine((pairs) => isWithoutRepeats(pairs.map(([capability]) => capability)), {
    message: "names a capability twice",
  })
  .transform((pairs): QueueTable => Object.fromEntries(pairs))
  .refine((table) => isWithoutRepeats(jobQueues(table).flatMap(({ name }) => [name, poisonOf(name)])), {
    message: `gives one queue two uses: beside each name there are those with -high, -low and ${POISON}`,
  });

function isWithoutRepeats(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Where messages come from that make jobs, told from the capabilities by its dash. */
export const INTAKE = "intake-queue";

const singleQueueSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,54}[a-z0-9]$/, "is not a queue's name of 3 to 56 characters");

export const intakeQueueSchema = singleQueueSchema;

/** The queue that others put requests into. */
export function intakeQueue(name: string): JobQueue {
  return { id: "intake", capability: INTAKE, priority: "normal", name, poison: poisonOf(name) };
}

/** Where messages go that ring for batches, told from the capabilities by its dash. */
export const BATCHES = "batch-queue";

export const batchQueueSchema = singleQueueSchema;

/** The queue of batches: what is to be done for them as a whole, and ends that their jobs could not tell them. */
export function batchQueue(name: string): JobQueue {
  return { id: "batches", capability: BATCHES, priority: "normal", name, poison: poisonOf(name) };
}

/** One queue that jobs travel through. */
export interface JobQueue {
  /** Unlike that of any other: part of its functions' names. */
  readonly id: string;
  readonly capability: string;
  readonly priority: Priority;
  readonly name: string;
  /** Where the host puts a message whose function failed too often. */
  readonly poison: string;
}

/** All queues that jobs travel through: one for each capability and priority. */
export function jobQueues(table: QueueTable): JobQueue[] {
  return Object.entries(table).flatMap(([capability, base]) =>
    PRIORITIES.map((priority) => {
      const name = `${base}${SUFFIX_OF[priority]}`;
      return {
        id: `${capability}${SUFFIX_OF[priority]}`,
        capability,
        priority,
        name,
        poison: poisonOf(name),
      };
    }),
  );
}

/**
 * The queue that jobs of a capability and priority travel through.
 *
 * @throws InvariantError when there is none
 */
export type QueueOf = (jobs: Pick<JobQueue, "capability" | "priority">) => Queue;

/** @param open the queue of a name */
export function createQueueOf(queues: readonly JobQueue[], open: (name: string) => Queue): QueueOf {
  return ({ capability, priority }) => {
    const found = queues.find((one) => one.capability === capability && one.priority === priority);
    if (found) return open(found.name);
    throw new InvariantError("a40e7d52", `Cannot find a queue for capability "${capability}"`);
  };
}

function poisonOf(name: string): string {
  return `${name}${POISON}`;
}
