import { z } from "zod";

const MODES = ["async", "sync", "batch", "auto"] as const;
export type Mode = (typeof MODES)[number];
export const modeSchema = z.enum(MODES);

const PRIORITIES = ["high", "normal", "low"] as const;
export const prioritySchema = z.enum(PRIORITIES);
export type Priority = z.infer<typeof prioritySchema>;

const shortText = z.string().min(1).max(128);
const instant = z.iso.datetime({ offset: true });

/** A year: longer than anybody plans a single job, and short enough to show a wrong century for the mistake it is. */
export const LONGEST_DELAY_SECONDS = 366 * 24 * 3600;

/** Room for the longest names and values in ordinary text; a control character takes six in JSON. */
const MAX_METADATA_CHARACTERS = 24_000;

export const customerIdSchema = z.string().min(1).max(128);
export const metadataSchema = z
  .record(shortText, z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, { message: "holds more than 16 pairs" })
  .refine((pairs) => JSON.stringify(pairs).length <= MAX_METADATA_CHARACTERS, {
    message: `is longer than ${MAX_METADATA_CHARACTERS} characters as JSON`,
  });
export const tagsSchema = z.array(shortText).max(16);

/** What a request says beside which job type it wants and that type's payload. */
const commonFields = {
  customer_id: customerIdSchema.optional(),
  mode: modeSchema.optional().meta({ description: "How the job is run; the profile's default if absent" }),
  executionMode: modeSchema.optional().meta({ description: "Alias of `mode`", deprecated: true }),
  priority: prioritySchema.optional().meta({ description: "`normal` if absent" }),
  run_at: instant.optional().meta({
    description: "Not to be started before this time, at most 366 days from now; at once if it is past",
  }),
  delay_seconds: z
    .int()
    .min(0)
    .max(LONGEST_DELAY_SECONDS)
    .optional()
    .meta({ description: "`run_at`, counted from now" }),
  expires_at: instant.optional().meta({
    description: "Not to be started any more from this time on: it fails with `EXPIRED`. A job that has begun goes on",
  }),
  sequence_key: shortText.optional().meta({ description: "Jobs with the same key run one after the other" }),
  sequence: z.int().min(1).optional().meta({ description: "The place in the key's order, from 1 without a gap" }),
  metadata: metadataSchema.optional(),
  tags: tagsSchema.optional(),
};

/** The body of `POST /api/jobs`. `payload` is checked by the schema of the profile that `job_type` names. */
export const submitRequestSchema = z
  .strictObject({
    job_type: z.string().min(1).max(64),
    payload: z.record(z.string(), z.unknown()),
    ...commonFields,
  })
  .refine((body) => !body.mode || !body.executionMode || body.mode === body.executionMode, {
    path: ["executionMode"],
    message: "says something else than `mode`",
  })
  .refine((body) => body.run_at === undefined || body.delay_seconds === undefined, {
    path: ["delay_seconds"],
    message: "says when to start, and so does `run_at`",
  })
  .refine((body) => body.sequence === undefined || body.sequence_key !== undefined, {
    path: ["sequence"],
    message: "is a place in the order of a `sequence_key`, which is missing",
  });
export type SubmitRequest = z.infer<typeof submitRequestSchema>;

/** What a profile adds to the document of `POST /api/jobs`. */
interface DocumentedJobType {
  readonly id: string;
  readonly title: string;
  readonly payload: z.ZodObject;
  readonly examples: readonly { readonly payload: Readonly<Record<string, unknown>> }[];
}

/** The same body as documents show it: one form for each job type, with its payload spelled out. */
export function documentSubmitRequest(jobTypes: readonly DocumentedJobType[]): z.ZodType {
  const forms = jobTypes.map(({ id, title, payload, examples }) =>
    z.strictObject({ job_type: z.literal(id), payload, ...commonFields }).meta({
      id: `SubmitRequest-${id}`,
      title,
      examples: examples.map((example) => ({ job_type: id, payload: example.payload })),
    }),
  );
  return z.union(forms).meta({ id: "SubmitRequest" });
}
