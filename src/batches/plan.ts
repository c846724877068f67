import { z } from "zod";
import type { Container } from "../platform/blobs.ts";
import { InvariantError } from "../platform/errors.ts";
import type { BatchRef } from "./batch.ts";
import { wishesSchema } from "./item.ts";

const plannedSchema = z.object({
  key: z.string(),
  jobType: z.string(),
  payload: z.record(z.string(), z.unknown()),
  wishes: wishesSchema,
  /** The keys that its payload takes results of. */
  takes: z.array(z.string()),
});

const planSchema = z.object({
  items: z.array(plannedSchema.extend({ parents: z.array(z.int()) })),
  /** The job that is wanted when all items have ended. */
  finally: plannedSchema.optional(),
});

/** A request as it was accepted, in one document: the rows are made of it, by whoever comes to it. */
export type Plan = z.infer<typeof planSchema>;
export type PlannedItem = Plan["items"][number];

/** Holds what belongs to a batch. */
export function batchFolder({ workspaceId, batchId }: BatchRef): string {
  return `batches/${workspaceId}/${batchId}`;
}

/** @throws MillraceError STORAGE_UNAVAILABLE */
export async function storePlan(content: Container, name: string, plan: Plan): Promise<void> {
  await content.put(name, Buffer.from(JSON.stringify(plan)), "application/json");
}

/** @throws MillraceError STORAGE_UNAVAILABLE; InvariantError when the document is not there: it is stored before its batch */
export async function readPlan(content: Container, name: string): Promise<Plan> {
  const bytes = await content.get(name);
  const parsed = bytes && planSchema.safeParse(JSON.parse(bytes.toString()));
  if (parsed?.success) return parsed.data;
  throw new InvariantError("9d1e6b28", `Cannot read plan "${name}" of a batch`);
}
