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

/** What a step builds on. */
export interface StepInputs<Payload, Outputs> {
  readonly payload: Payload;
  /** What the steps before this one returned, by their names. */
  readonly outputs: Outputs;
}

export interface StepContext<Payload, Outputs> extends StepInputs<Payload, Outputs> {
  readonly jobId: string;
  readonly services: StepServices;
  /** Fires when the job must stop: its time is over, its lease is lost. Pass it to everything that waits. */
  readonly abortSignal: AbortSignal;
  /** Says how far this step is, 0 to 1, and in a few words where. Cheap to call often. */
  readonly progress: (fraction: number, message?: string) => void;
}

/** The outputs of any steps, where nobody knows of which. */
export type AnyOutputs = Readonly<Record<string, unknown>>;
