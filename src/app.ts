import { DEFAULT_PDF_LIMITS } from "./documents/read-pdf.ts";
import { createFileStore } from "./files/file-store.ts";
import { createAtWork } from "./jobs/at-work.ts";
import type { CancelDeps } from "./jobs/cancel.ts";
import { createDeadLetterStore } from "./jobs/dead-letter-store.ts";
import { createDispatch } from "./jobs/dispatch.ts";
import { createDueStore } from "./jobs/due-store.ts";
import type { Patience } from "./jobs/due.ts";
import { createJobStore } from "./jobs/job-store.ts";
import { createPermits } from "./jobs/permits.ts";
import type { RegenerateDeps } from "./jobs/regenerate.ts";
import { createSequencedJobs } from "./jobs/sequences/sequenced-jobs.ts";
import { createSequences } from "./jobs/sequences/sequences.ts";
import type { SubmitDeps } from "./jobs/submit.ts";
import type { SuperviseDeps } from "./jobs/supervise.ts";
import { createWaitingRoom } from "./jobs/waiting-room.ts";
import type { WaitingRoom } from "./jobs/waiting-room.ts";
import type { WorkerDeps } from "./jobs/worker.ts";
import { createAskModel } from "./models/ask-model.ts";
import { createModelClient } from "./models/model-client.ts";
import { priceOf } from "./models/prices.ts";
import { createUsageMeter } from "./models/usage-meter.ts";
import { systemClock } from "./platform/clock.ts";
import { createGuardedFetch } from "./platform/guarded-fetch.ts";
import { jobQueues } from "./platform/queue-table.ts";
import type { Settings } from "./platform/settings.ts";
import { createShutdown } from "./platform/shutdown.ts";
import { createStorage } from "./platform/storage.ts";
import type { Storage, StorageHttpClient } from "./platform/storage.ts";
import { PROFILES } from "./profiles/all.ts";
import type { Profile } from "./profiles/define-profile.ts";
import { createProfileRegistry } from "./profiles/registry.ts";

/** Everything a trigger needs, put together once for each process. Use cases take from it what they name. */
export interface App extends SubmitDeps, CancelDeps, RegenerateDeps, SuperviseDeps, WorkerDeps {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly waitingRoom: WaitingRoom;
}

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
  const queueTable = settings.JOB_QUEUES;
  const profiles = createProfileRegistry(profileList, Object.keys(queueTable));
  const storage = createStorage({
    connectionString: settings.AzureWebJobsStorage,
    queueNames: jobQueues(queueTable).flatMap(({ name, poison }) => [name, poison]),
    httpClient,
  });
  const jobs = createJobStore(storage.jobs, patienceOf(settings));
  const dispatch = createDispatch({ profiles, queueTable, queue: (name) => storage.queue(name) });
  const gapMs = settings.SEQUENCE_GAP_SECONDS * 1000;
  const sequences = createSequences({ table: storage.jobs, jobs, dispatch, chance: Math.random, gapMs });
  const modelClient = createModelClient(settings);
  return {
    settings,
    storage,
    waitingRoom: createWaitingRoom(settings.MAX_WAITERS),
    profiles,
    clock: systemClock,
    chance: Math.random,
    shutdown: createShutdown({ graceMs: settings.SHUTDOWN_GRACE_SECONDS * 1000 }),
    jobs: createSequencedJobs(jobs, sequences),
    sequences,
    due: createDueStore(storage.jobs),
    deadLetters: createDeadLetterStore(storage.jobs),
    atWork: createAtWork(),
    retention: { days: settings.RETENTION_DAYS, failedDays: settings.FAILED_RETENTION_DAYS },
    files: createFileStore(storage.files, storage.content),
    content: storage.content,
    dispatch,
    permits: createPermits({ total: settings.WORKER_CONCURRENCY, reserved: settings.HIGH_RESERVED }),
    allowedOrigins: settings.FETCH_ALLOWED_ORIGINS,
    download: createGuardedFetch({
      allowedOrigins: settings.FETCH_ALLOWED_ORIGINS,
      timeoutMs: settings.DOWNLOAD_TIMEOUT_SECONDS * 1000,
      maxBytes: settings.MAX_DOWNLOAD_BYTES,
    }),
    pdfLimits: pdfLimitsOf(settings),
    leaseMs: settings.LEASE_SECONDS * 1000,
    createModel() {
      const meter = createUsageMeter(settings.MODEL, priceOf(settings.MODEL, settings));
      return { meter, askModel: createAskModel({ client: modelClient, model: settings.MODEL, meter }) };
    },
  };
}

/** A quarter of a lease is for the clocks of two machines, and for a last write that is on its way. */
function patienceOf({ PATIENCE_SECONDS, LEASE_SECONDS }: Settings): Patience {
  return { messageMs: PATIENCE_SECONDS * 1000, leaseMs: LEASE_SECONDS * 250 };
}

function pdfLimitsOf(settings: Settings): App["pdfLimits"] {
  return {
    ...DEFAULT_PDF_LIMITS,
    memoryMb: settings.PDF_MEMORY_MB,
    timeoutMs: settings.PDF_TIMEOUT_SECONDS * 1000,
    maxPages: settings.PDF_MAX_PAGES,
  };
}
