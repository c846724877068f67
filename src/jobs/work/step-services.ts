import type { PdfLimits } from "../../documents/read-pdf.ts";
import type { FileStore } from "../../files/file-store.ts";
import type { AskModel } from "../../models/ask-model.ts";
import type { Container } from "../../platform/blobs.ts";
import { InvariantError, MillraceError } from "../../platform/errors.ts";
import type { Download } from "../../platform/guarded-fetch.ts";
import type { StepServices } from "../../steps/step-context.ts";
import type { Artifact } from "../life/job.ts";
import { artifactBlob } from "./complete.ts";
import type { Holder } from "./holder.ts";

export interface StepServicesDeps {
  readonly files: FileStore;
  readonly content: Container;
  readonly download: Download;
  readonly pdfLimits: PdfLimits;
}

interface RunParts {
  readonly holder: Pick<Holder, "job" | "writer">;
  readonly askModel: AskModel;
  /** Filled as steps store outputs. */
  readonly artifacts: Artifact[];
  /** How many that can be. */
  readonly mostArtifacts?: number;
  /** An answer of the model is paid for when it comes: whoever keeps the books hears of each at once. */
  readonly onAnswer: () => void;
}

/** It becomes part of a blob's name, an address and a header, so nothing that means something there. */
const ARTIFACT_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

/** What the steps of one run may use of the outside world. */
export function createStepServices(
  deps: StepServicesDeps,
  { holder, askModel, artifacts, mostArtifacts = Infinity, onAnswer }: RunParts,
): StepServices {
  return {
    async askModel(question) {
      const answer = await askModel(question);
      onAnswer();
      return answer;
    },
    download: deps.download,
    pdfLimits: deps.pdfLimits,
    readFile: async (fileId) => deps.files.read({ workspaceId: holder.job.workspaceId, fileId }),
    async saveArtifact({ name, bytes, contentType }) {
      if (!ARTIFACT_NAME.test(name) || artifacts.some((artifact) => artifact.name === name))
        throw new InvariantError("d3f1a94b", `Cannot store an output under the name ${JSON.stringify(name)}`);
      if (artifacts.length >= mostArtifacts)
        throw new MillraceError("OUTPUT_INVALID", `Cannot store more than ${mostArtifacts} artifacts in one part`);
      const blob = artifactBlob(holder, name);
      await deps.content.put(blob, bytes, contentType);
      artifacts.push({ name, blob, contentType, bytes: bytes.length });
    },
  };
}
