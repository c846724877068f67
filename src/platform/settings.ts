import { z } from "zod";
import type { JobQueue } from "./queue-table.ts";
import { batchQueueSchema, intakeQueue, intakeQueueSchema, jobQueues, queueTableSchema } from "./queue-table.ts";
import { secretsSchema } from "./secrets.ts";
import { webhookSecretSchema, workerTableSchema } from "./worker-table.ts";

const seconds = (byDefault: number, { min = 1, max = 3600 } = {}) =>
  z.coerce.number().int().min(min).max(max).default(byDefault);
const days = (byDefault: number) => z.coerce.number().int().min(1).max(3650).default(byDefault);
const schedule = (byDefault: string) =>
  z
    .string()
    .regex(/^\S+( \S+){5}$/, "is not six fields of NCRONTAB, seconds first")
    .default(byDefault);
const bytes = (byDefault: number) => z.coerce.number().int().min(1).default(byDefault);
const commaSeparated = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);

const priceSchema = z.strictObject({
  input_per_million_usd: z.number().min(0),
  output_per_million_usd: z.number().min(0),
});

const priceTable = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue("is not JSON");
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), priceSchema));

const environmentFields = {
  AzureWebJobsStorage: z.string().min(1, "is empty"),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),

  JOB_QUEUES: queueTableSchema.prefault("documents=job-requests,images=job-images"),
  INTAKE_QUEUE: intakeQueueSchema.default("job-intake"),
  BATCH_QUEUE: batchQueueSchema.default("batch-requests"),
  INBOX_CONTAINER: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/, "is not a container's name of 3 to 63 characters")
    .refine((name) => name !== "millrace" && !name.startsWith("azure-webjobs-"), {
      message: "is a container that the system itself writes to",
    })
    .default("millrace-inbox"),
  INBOX_SOURCE: z.enum(["LogsAndContainerScan", "EventGrid"]).default("LogsAndContainerScan"),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(8),
  HIGH_RESERVED: z.coerce.number().int().min(0).default(1),
  SEQUENCE_GAP_SECONDS: seconds(3600, { max: 30 * 24 * 3600 }),
  LEASE_SECONDS: seconds(60, { min: 2 }),
  ORCHESTRATION_LEASE_SECONDS: seconds(300, { min: 2 }),
  PATIENCE_SECONDS: seconds(120, { min: 2 }),
  SUPERVISE_SCHEDULE: schedule("*/30 * * * * *"),
  SHUTDOWN_GRACE_SECONDS: seconds(2, { min: 0 }),
  RETENTION_DAYS: days(30),
  FAILED_RETENTION_DAYS: days(180),
  GONE_DAYS: days(30),
  FILE_RETENTION_DAYS: days(365),
  CHECK_SCHEDULE: schedule("0 17 3 * * *"),
  SCHEDULE_TICK: schedule("0 * * * * *"),
  OCCURRENCE_DAYS: days(90),
  MAX_WAITERS: z.coerce.number().int().min(0).default(100),

  MAX_BODY_BYTES: bytes(1024 * 1024),
  MAX_BATCH_BODY_BYTES: bytes(8 * 1024 * 1024),
  MAX_UPLOAD_BYTES: bytes(50 * 1024 * 1024),

  OPENAI_BASE_URL: z.url().optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  AZURE_OPENAI_ENDPOINT: z.url().optional(),
  AZURE_OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_API_VERSION: z.string().min(1).optional(),
  MODEL: z.string().min(1).default("gpt-5-mini"),
  MODEL_PRICES: priceTable.prefault("{}"),
  MODEL_TIMEOUT_SECONDS: seconds(120),

  FETCH_ALLOWED_ORIGINS: commaSeparated.pipe(z.array(z.url())).prefault(""),
  MAX_DOWNLOAD_BYTES: bytes(25 * 1024 * 1024),
  DOWNLOAD_TIMEOUT_SECONDS: seconds(30),

  EXTERNAL_WORKERS: workerTableSchema.prefault(""),
  EXTERNAL_WORKER_SECRET: webhookSecretSchema.optional(),
  CALLBACK_SECRET: secretsSchema(({ length }) => length >= 32, "is shorter than 32 characters").optional(),

  PDF_MEMORY_MB: z.coerce.number().int().min(64).default(512),
  PDF_TIMEOUT_SECONDS: seconds(60),
  PDF_MAX_PAGES: z.coerce.number().int().min(1).default(2000),
};

/** What can be set, by the names that the environment knows it by. */
export const SETTING_NAMES = Object.keys(environmentFields);

/** Rules between fields are checked even where single fields are wrong, so that everything is told at once. */
const always = () => true;

/** Rules are asked of what could not be read as well. */
function isWorkerless({ EXTERNAL_WORKERS: workers }: { readonly EXTERNAL_WORKERS?: unknown }): boolean {
  return !(workers instanceof Map) || workers.size === 0;
}

/** A queue has one use: jobs would be taken for requests, or requests for jobs. */
function sharesQueue(name: string, others: readonly JobQueue[]): boolean {
  const taken = others.flatMap((queue) => [queue.name, queue.poison]);
  return taken.includes(name) || taken.includes(intakeQueue(name).poison);
}

const environmentSchema = z
  .object(environmentFields)
  .refine((env) => env.OPENAI_API_KEY ?? env.AZURE_OPENAI_API_KEY, {
    path: ["OPENAI_API_KEY"],
    message: "is missing, and so is AZURE_OPENAI_API_KEY: one of them must be set",
    when: always,
  })
  .refine((env) => !env.AZURE_OPENAI_ENDPOINT || env.AZURE_OPENAI_API_KEY, {
    path: ["AZURE_OPENAI_API_KEY"],
    message: "is missing, though AZURE_OPENAI_ENDPOINT is set",
    when: always,
  })
  .refine((env) => isWorkerless(env) || env.EXTERNAL_WORKER_SECRET, {
    path: ["EXTERNAL_WORKER_SECRET"],
    message: "is missing, though EXTERNAL_WORKERS is set",
    when: always,
  })
  .refine((env) => isWorkerless(env) || env.CALLBACK_SECRET, {
    path: ["CALLBACK_SECRET"],
    message: "is missing, though EXTERNAL_WORKERS is set",
    when: always,
  })
  .refine((env) => isWorkerless(env) || env.PUBLIC_ORIGIN, {
    path: ["PUBLIC_ORIGIN"],
    message: "is missing, though EXTERNAL_WORKERS is set: workers must be told where to call back",
    when: always,
  })
  .refine(({ INTAKE_QUEUE: name, JOB_QUEUES: table }) => !sharesQueue(name, jobQueues(table)), {
    path: ["INTAKE_QUEUE"],
    message: "is a queue that jobs travel through, by JOB_QUEUES",
  })
  .refine(
    ({ BATCH_QUEUE: name, INTAKE_QUEUE: intake, JOB_QUEUES: table }) =>
      !sharesQueue(name, [...jobQueues(table), intakeQueue(intake)]),
    { path: ["BATCH_QUEUE"], message: "is a queue that jobs travel through, by JOB_QUEUES, or INTAKE_QUEUE" },
  );

/** Everything that can be set from outside, complete and checked. Keys are the environment's own names. */
export type Settings = Readonly<z.output<typeof environmentSchema>>;

/**
 * Reads the settings from the environment. An empty value counts as not set, as in the Azure portal.
 *
 * @throws Error that names every variable that is wrong, all at once, and never a value: a value can be a secret.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${describeIssue(issue)}`);
  throw new Error(`Cannot start Millrace: ${problems.length} setting(s) are wrong\n${problems.join("\n")}`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  // zod leaves the input itself out of the issue, since it can be a secret; its message says what type it had.
  return issue.message.endsWith("received undefined") ? "is missing" : issue.message;
}
