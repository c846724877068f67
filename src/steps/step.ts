import type { PdfLimits } from "../documents/read-pdf.ts";
import type { StoredFile } from "../files/file-store.ts";
import type { AskModel } from "../models/ask-model.ts";
import type { Download } from "../platform/guarded-fetch.ts";

/** What a step may use of the outside world. One object per run, so that usage and artifacts are the run's own. */
export interface StepServices {
  /** Asks the model; tokens and cost are added to the job's usage. */
  readonly askModel: AskModel;
  /** Reads from a public address. */
  readonly download: Download;
  /** An uploaded file of the job's workspace. @throws MillraceError FILE_NOT_FOUND */
  readFile(fileId: string): Promise<StoredFile>;
  /**
   * Stores an output beside the result. Names are the profile's own, never taken from a payload: letters, digits, dots,
   * dashes and underscores, each name once.
   */
  saveArtifact(artifact: {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly contentType: string;
  }): Promise<void>;
  readonly pdfLimits: PdfLimits;
}

export interface StepContext<Payload, Outputs> {
  readonly jobId: string;
  readonly payload: Payload;
  /** What the steps before this one returned, by their names. */
  readonly outputs: Outputs;
  readonly services: StepServices;
  /** Fires when the job must stop: its time is over, its lease is lost. Pass it to everything that waits. */
  readonly abortSignal: AbortSignal;
  /** Says how far this step is, 0 to 1, and in a few words where. Cheap to call often. */
  readonly progress: (fraction: number, message?: string) => void;
}

interface StepOptions {
  readonly timeoutMs: number;
  /** The step's share of the job's progress, against the other steps' shares. */
  readonly weight?: number;
}

/** A named part of a job's work, as the runner sees it: what goes in and comes out is the pipeline's business. */
export interface Step {
  readonly name: string;
  readonly timeoutMs: number;
  readonly weight: number;
  run(context: StepContext<unknown, Readonly<Record<string, unknown>>>): Promise<unknown>;
}

/** Steps in order. Each sees the payload and the outputs of all before it; the last one's output is the result. */
export interface Pipeline<Payload, Outputs, Result> {
  readonly steps: readonly Step[];
  step<Name extends string, Output>(
    name: Name,
    options: StepOptions,
    run: (context: StepContext<Payload, Outputs>) => Promise<Output>,
  ): Pipeline<Payload, Outputs & Readonly<Record<Name, Output>>, Output>;
  /** Holds the type of the last output for the compiler; never set. */
  readonly resultType?: Result | undefined;
}

/** The beginning of a pipeline: no steps yet, no outputs. */
export function startPipeline<Payload>(): Pipeline<Payload, unknown, undefined> {
  return pipelineOf<Payload, unknown, undefined>([]);
}

function pipelineOf<Payload, Outputs, Result>(steps: readonly Step[]): Pipeline<Payload, Outputs, Result> {
  return {
    steps,
    step(name, { timeoutMs, weight = 1 }, run) {
      const step: Step = { name, timeoutMs, weight, run: run as Step["run"] };
      return pipelineOf([...steps, step]);
    },
  };
}
