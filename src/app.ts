import { setTimeout as pause } from "node:timers/promises";
import type { BatchDeps } from "./batches/batch-deps.ts";
import { createBatchStore } from "./batches/batch-store.ts";
import { createHandOffStore } from "./batches/hand-off-store.ts";
import { createOnEnded } from "./batches/hand-off.ts";
import { createItemStore } from "./batches/item-store.ts";
import type { AdvanceDeps } from "./dead-letters/advance-bulk-replays.ts";
import { createBulkReplayStore } from "./dead-letters/bulk-replay-store.ts";
import type { PeekDeps } from "./dead-letters/peek-poison.ts";
import { createExternalWorkers } from "./delivery/external-workers.ts";
import { DEFAULT_PDF_LIMITS } from "./documents/read-pdf.ts";
import type { ExpireFilesDeps } from "./files/expire-files.ts";
import { createFileStore } from "./files/file-store.ts";
import type { IntakeDeps } from "./intake/intake.ts";
import type { CancelDeps } from "./jobs/cancel.ts";
import type { Patience } from "./jobs/life/due.ts";
import { createMapProgress } from "./jobs/orchestration/map-progress.ts";
import { startOrchestration } from "./jobs/orchestration/start-orchestration.ts";
import type { StepRunDeps } from "./jobs/orchestration/step-run.ts";
import type { RegenerateDeps } from "./jobs/regenerate.ts";
import { createSequencedJobs, createSequencedTombstones } from "./jobs/sequences/sequenced-jobs.ts";
import { createSequences } from "./jobs/sequences/sequences.ts";
import { createDeadLetterStore } from "./jobs/store/dead-letter-store.ts";
import { createDispatch } from "./jobs/store/dispatch.ts";
import type { Dispatch } from "./jobs/store/dispatch.ts";
import { createDueStore } from "./jobs/store/due-store.ts";
import { createHandingOffJobs } from "./jobs/store/handing-off-jobs.ts";
import type { OnEnded } from "./jobs/store/handing-off-jobs.ts";
import { createHistoryStore } from "./jobs/store/history-store.ts";
import type { HistoryStore } from "./jobs/store/history-store.ts";
import { createJobStore } from "./jobs/store/job-store.ts";
import { createMessageLetterStore } from "./jobs/store/message-letter-store.ts";
import { createPartStore } from "./jobs/store/part-store.ts";
import { createTombstoneStore } from "./jobs/store/tombstone-store.ts";
import type { SubmitDeps } from "./jobs/submit.ts";
import type { SuperviseDeps } from "./jobs/supervision/supervise.ts";
import { createWaitingRoom } from "./jobs/waiting-room.ts";
import type { WaitingRoom } from "./jobs/waiting-room.ts";
import { createDurationStore } from "./jobs/waits/duration-store.ts";
import type { ExplainWaitDeps } from "./jobs/waits/explain-wait.ts";
import { createAtWork } from "./jobs/work/at-work.ts";
import { createPermits } from "./jobs/work/permits.ts";
import type { WorkerDeps } from "./jobs/work/worker.ts";
import { createAskModel } from "./models/ask-model.ts";
import { createModelClient } from "./models/model-client.ts";
import { priceOf } from "./models/prices.ts";
import { createUsageMeter } from "./models/usage-meter.ts";
import type { CheckDeps } from "./operations/check-consistency.ts";
import { createOverview } from "./operations/overview.ts";
import type { Overview } from "./operations/overview.ts";
import { systemClock } from "./platform/clock.ts";
import { createGuardedFetch } from "./platform/guarded-fetch.ts";
import { NO_ORCHESTRATIONS } from "./platform/orchestrations.ts";
import type { Orchestrations } from "./platform/orchestrations.ts";
import { BATCHES, batchQueue, createQueueOf, intakeQueue, jobQueues } from "./platform/queue-table.ts";
import type { JobQueue, QueueOf } from "./platform/queue-table.ts";
import { schedulePeriodMs } from "./platform/schedule-period.ts";
import type { Settings } from "./platform/settings.ts";
import { createShutdown } from "./platform/shutdown.ts";
import { createStorage } from "./platform/storage.ts";
import type { Storage, StorageHttpClient } from "./platform/storage.ts";
import { PROFILES } from "./profiles/all.ts";
import type { Profile } from "./profiles/define-profile.ts";
import { createProfileRegistry } from "./profiles/registry.ts";
import type { ProfileRegistry } from "./profiles/registry.ts";
import type { AdvanceScheduleDeps } from "./schedules/advance-schedule.ts";
import { createScheduleStore } from "./schedules/schedule-store.ts";

/** Of a timer whose times are more than a period. */
const DAY_MS = 24 * 3_600_000;

/** Everything a trigger needs, put together once for each process. Use cases take from it what they name. */
export interface App
  extends
    SubmitDeps,
    IntakeDeps,
    BatchDeps,
    CancelDeps,
    RegenerateDeps,
    SuperviseDeps,
    CheckDeps,
    ExpireFilesDeps,
    ExplainWaitDeps,
    WorkerDeps,
    StepRunDeps,
    AdvanceDeps,
    AdvanceScheduleDeps,
    PeekDeps {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly history: HistoryStore;
  readonly waitingRoom: WaitingRoom;
  readonly overview: Overview;
}

type Stores = Pick<
  App,
  | "jobs"
  | "sequences"
  | "history"
  | "due"
  | "tombstones"
  | "deadLetters"
  | "messageLetters"
  | "bulkReplays"
  | "durations"
  | "parts"
  | "batches"
  | "items"
  | "handOffs"
  | "schedules"
>;

/**
 * Puts the house together. Makes no request: storage is prepared by `app.storage.prepare()`.
 *
 * @throws Error that names every profile that is wrong
 */
export function createApp(
  settings: Settings,
  profileList: readonly Profile[] = PROFILES,
  httpClient?: StorageHttpClient,
): App {
  const queues = allQueues(settings);
  const profiles = createProfileRegistry(profileList, ...namesIn(settings));
  const storage = createStorage({
    connectionString: settings.AzureWebJobsStorage,
    queueNames: queues.flatMap(({ name, poison }) => [name, poison]),
    inboxName: settings.INBOX_CONTAINER,
    httpClient,
  });
  const patience = patienceOf(settings);
  const queueOf = createQueueOf(queues, (name) => storage.queue(name));
  const dispatch = createDispatch({ profiles, queueOf });
  const onEnded = createOnEnded(() => app);
  const stores = openStores({ settings, storage, patience, dispatch, onEnded });
  const atWork = createAtWork();
  const shutdown = createShutdown({ graceMs: settings.SHUTDOWN_GRACE_SECONDS * 1000 });
  shutdown.begun.addEventListener("abort", () => void shutdown.track(stores.durations.flush()));
  const app: App = {
    ...stores,
    settings,
    storage,
    waitingRoom: createWaitingRoom(settings.MAX_WAITERS),
    profiles,
    clock: systemClock,
    chance: Math.random,
    shutdown,
    takeOverMs: takeOverMsOf(patience, settings),
    goneDays: settings.GONE_DAYS,
    occurrenceDays: settings.OCCURRENCE_DAYS,
    fileDays: settings.FILE_RETENTION_DAYS,
    overview: createOverview({ storage, clock: systemClock }),
    atWork,
    retention: { days: settings.RETENTION_DAYS, failedDays: settings.FAILED_RETENTION_DAYS },
    files: createFileStore(storage.files, storage.content),
    content: storage.content,
    inbox: storage.inbox,
    maxFileBytes: settings.MAX_UPLOAD_BYTES,
    maxPayloadBytes: settings.MAX_BATCH_BODY_BYTES,
    patience,
    queueOf,
    ringForBatch: createRingForBatch(queueOf),
    poisonQueues: poisonQueuesOf(storage, queues),
    pause: async (milliseconds) => pause(milliseconds),
    dispatch,
    permits: createPermits({ total: settings.WORKER_CONCURRENCY, reserved: settings.HIGH_RESERVED }),
    allowedOrigins: settings.FETCH_ALLOWED_ORIGINS,
    download: createGuardedFetch(downloadLimitsOf(settings)),
    pdfLimits: pdfLimitsOf(settings),
    ...timesOf(settings),
    ...leadBy(profiles, NO_ORCHESTRATIONS),
    mapProgress: createMapProgress({ ...timesOf(settings), ...stores, clock: systemClock, atWork }),
    externalWorkers: createExternalWorkers(externalWorkersOf(settings)),
    createModel: createModelOf(settings),
  };
  return app;
}

/** Each job has a meter of its own. */
function createModelOf(settings: Settings): App["createModel"] {
  const client = createModelClient(settings);
  return () => {
    const meter = createUsageMeter(settings.MODEL, priceOf(settings.MODEL, settings));
    return { meter, askModel: createAskModel({ client, model: settings.MODEL, meter }) };
  };
}

/** The same app, in the hands of a function that has a client of the task hub. */
export function withOrchestrations(app: App, orchestrations: Orchestrations): App {
  return { ...app, ...leadBy(app.profiles, orchestrations) };
}

function leadBy(
  profiles: ProfileRegistry,
  orchestrations: Orchestrations,
): Pick<App, "orchestrations" | "startOrchestration"> {
  return { orchestrations, startOrchestration: async (job) => startOrchestration({ orchestrations, profiles }, job) };
}

/** What profiles can name: the queues' capabilities, and the external workers. */
function namesIn({ JOB_QUEUES, EXTERNAL_WORKERS }: Settings): [capabilities: string[], workers: string[]] {
  return [Object.keys(JOB_QUEUES), [...EXTERNAL_WORKERS.keys()]];
}

function timesOf(settings: Settings): Pick<App, "leaseMs" | "orchestrationLeaseMs" | "scheduleTickMs"> {
  return {
    leaseMs: settings.LEASE_SECONDS * 1000,
    orchestrationLeaseMs: settings.ORCHESTRATION_LEASE_SECONDS * 1000,
    scheduleTickMs: schedulePeriodMs(settings.SCHEDULE_TICK) ?? DAY_MS,
  };
}

interface StoreParts {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly patience: Patience;
  readonly dispatch: Dispatch;
  readonly onEnded: OnEnded;
}

/** What is kept in the table of jobs. */
function openStores({ settings, storage, patience, dispatch, onEnded }: StoreParts): Stores {
  const { jobs: table } = storage;
  const jobs = createJobStore(table, patience);
  const gapMs = settings.SEQUENCE_GAP_SECONDS * 1000;
  const sequences = createSequences({ table, jobs, dispatch, chance: Math.random, gapMs });
  return {
    jobs: createHandingOffJobs(createSequencedJobs(jobs, sequences), patience, onEnded),
    sequences,
    history: createHistoryStore(table),
    due: createDueStore(table),
    tombstones: createSequencedTombstones(createTombstoneStore(table), sequences),
    deadLetters: createDeadLetterStore(table),
    messageLetters: createMessageLetterStore(table),
    bulkReplays: createBulkReplayStore(table),
    durations: createDurationStore(table),
    parts: createPartStore(table),
    batches: createBatchStore(table, patience),
    items: createItemStore(storage.batches),
    handOffs: createHandOffStore(table),
    schedules: createScheduleStore(table),
  };
}

/** A quarter of a lease is for the clocks of two machines, and for a last write that is on its way. */
function patienceOf({ PATIENCE_SECONDS, LEASE_SECONDS }: Settings): Patience {
  return { messageMs: PATIENCE_SECONDS * 1000, leaseMs: LEASE_SECONDS * 250 };
}

/** The supervisor sees to a silent job in the first pass after its patience has ended. */
function takeOverMsOf({ leaseMs }: Patience, { SUPERVISE_SCHEDULE }: Settings): number | undefined {
  const periodMs = schedulePeriodMs(SUPERVISE_SCHEDULE);
  return periodMs === undefined ? undefined : leaseMs + periodMs;
}

function pdfLimitsOf(settings: Settings): App["pdfLimits"] {
  return {
    ...DEFAULT_PDF_LIMITS,
    memoryMb: settings.PDF_MEMORY_MB,
    timeoutMs: settings.PDF_TIMEOUT_SECONDS * 1000,
    maxPages: settings.PDF_MAX_PAGES,
  };
}

function downloadLimitsOf(settings: Settings): Parameters<typeof createGuardedFetch>[0] {
  return {
    allowedOrigins: settings.FETCH_ALLOWED_ORIGINS,
    timeoutMs: settings.DOWNLOAD_TIMEOUT_SECONDS * 1000,
    maxBytes: settings.MAX_DOWNLOAD_BYTES,
  };
}

function allQueues({ JOB_QUEUES, INTAKE_QUEUE, BATCH_QUEUE }: Settings): JobQueue[] {
  return [...jobQueues(JOB_QUEUES), intakeQueue(INTAKE_QUEUE), batchQueue(BATCH_QUEUE)];
}

function createRingForBatch(queueOf: QueueOf): App["ringForBatch"] {
  return async (envelope) => queueOf({ capability: BATCHES, priority: "normal" }).put(JSON.stringify(envelope));
}

function externalWorkersOf(settings: Settings): Parameters<typeof createExternalWorkers>[0] {
  return {
    workers: settings.EXTERNAL_WORKERS,
    secret: settings.EXTERNAL_WORKER_SECRET,
    callbackSecret: settings.CALLBACK_SECRET,
    origin: settings.PUBLIC_ORIGIN,
    maxBytes: settings.MAX_BODY_BYTES,
    clock: systemClock,
  };
}

function poisonQueuesOf(storage: Storage, queues: readonly JobQueue[]): App["poisonQueues"] {
  return queues.map(({ capability, priority, poison }) => ({ capability, priority, queue: storage.queue(poison) }));
}
