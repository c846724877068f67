import { z } from "zod";
import { BATCH_STATUSES } from "./batch-view.ts";
import { jobIdSchema } from "./ids.ts";
import { JOB_STATUSES } from "./job-view.ts";

const countSchema = z.int().min(0);

const booksSchema = z.object({
  accepted: countSchema.meta({ description: "Jobs that were accepted and are not forgotten yet." }),
  gone: countSchema.meta({ description: "Jobs that have expired or were deleted, until they are forgotten." }),
  balanced: z
    .boolean()
    .meta({ description: "`accepted` less `gone` is the sum of all jobs, and so it is job by job." }),
  unaccounted: z.array(jobIdSchema).meta({ description: "Accepted, and nothing is left of them." }),
  unrecorded: z.array(jobIdSchema).meta({ description: "There, and nothing says that they were accepted." }),
  cut_short: z.boolean().meta({ description: "There was no time to read everything: the numbers are of a part." }),
});

/** For operators: what there is, by reading all of it. Nothing is ever decided on these numbers. */
export const overviewSchema = z
  .object({
    as_of: z.iso.datetime(),
    jobs: z.record(z.enum(JOB_STATUSES), countSchema),
    batches: z.record(z.enum(BATCH_STATUSES), countSchema),
    dead_letters: z.object({ open: countSchema }),
    books: booksSchema,
  })
  .meta({ id: "Overview" });
export type OverviewView = z.infer<typeof overviewSchema>;

const findingSchema = z.object({
  kind: z.string(),
  outcome: z.enum(["mended", "reported"]),
  count: countSchema,
  ids: z.array(z.string()).meta({ description: "The first few: all are in the log." }),
});

/** What a sweep of the supervisor and a check of everything came to. */
export const repairSchema = z
  .object({
    swept: z.record(z.string(), countSchema),
    findings: z.array(findingSchema),
    skipped: countSchema.meta({ description: "Parts that could not be read." }),
    cut_short: z.boolean().meta({ description: "There was no time to look at everything: ask again." }),
    books: booksSchema,
  })
  .meta({ id: "Repair" });
export type RepairView = z.infer<typeof repairSchema>;
