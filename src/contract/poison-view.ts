import { z } from "zod";
import { envelopeSchema } from "./envelope.ts";
import { prioritySchema } from "./submit-request.ts";

export const poisonQuerySchema = z.strictObject({ capability: z.string().min(1).max(64).optional() });

const peekedMessageSchema = z.object({
  message_id: z.string(),
  inserted_at: z.iso.datetime(),
  dequeue_count: z.int(),
  text: z.string().meta({ description: "Cut after 2,000 characters" }),
  envelope: envelopeSchema.optional().meta({ description: "If it is one that a worker can read" }),
});

/** What `GET /api/ops/poison` answers: what the host gave up, and nobody has read yet. */
export const poisonViewSchema = z
  .object({
    value: z.array(
      z.object({
        capability: z.string(),
        priority: prioritySchema,
        approximate_count: z.int().meta({ description: "Hidden messages included; never fewer than there are" }),
        messages: z.array(peekedMessageSchema).meta({ description: "Those at the head that are visible, at most 32" }),
      }),
    ),
  })
  .meta({ id: "Poison" });
export type PoisonView = z.infer<typeof poisonViewSchema>;
