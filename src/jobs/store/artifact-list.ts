import { z } from "zod";
import type { Container } from "../../platform/blobs.ts";
import { MillraceError } from "../../platform/errors.ts";
import { MAX_COLUMN_CHARACTERS } from "../../platform/json-columns.ts";
import { artifactSchema } from "../life/job.ts";
import type { Artifact, DoneJob } from "../life/job.ts";

type ArtifactList = Pick<DoneJob, "artifacts" | "moreArtifacts">;

/** Keeps the list in the row if it fits there; if not, all but the first go into a blob of this name: a map can store thousands. */
export async function keepArtifacts(
  container: Container,
  blob: string,
  artifacts: readonly Artifact[],
): Promise<ArtifactList> {
  if (JSON.stringify(artifacts).length <= MAX_COLUMN_CHARACTERS) return { artifacts: [...artifacts] };
  await container.put(blob, Buffer.from(JSON.stringify(artifacts.slice(1))), "application/json");
  return { artifacts: artifacts.slice(0, 1), moreArtifacts: blob };
}

/** @throws MillraceError STORAGE_UNAVAILABLE, also when the blob is not there: the row says that it must be */
export async function listArtifacts(
  container: Container,
  { artifacts, moreArtifacts }: ArtifactList,
): Promise<readonly Artifact[]> {
  if (moreArtifacts === undefined) return artifacts;
  const bytes = await container.get(moreArtifacts);
  if (bytes) return [...artifacts, ...z.array(artifactSchema).parse(JSON.parse(bytes.toString()))];
  throw new MillraceError("STORAGE_UNAVAILABLE", "The list of this job's artifacts cannot be read");
}
