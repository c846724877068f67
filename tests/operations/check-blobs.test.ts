import { describe, expect, it } from "@jest/globals";
import { decideBlob, readBlobName } from "../../src/operations/check-blobs.ts";
import { newId, newOperationId } from "../../src/platform/ids.ts";
import { aJob } from "../support/a-job.ts";

const running = aJob({ phase: "processing" });
const { workspaceId, jobId, operationId } = running;

describe("readBlobName()", () => {
  it("reads whose a blob is", () => {
    expect(readBlobName(`checkpoints/w/${jobId}/${operationId}/claim/one.json`)).toEqual({
      folder: "checkpoints",
      workspaceId: "w",
      ownerId: jobId,
      operationId,
    });
    const fileId = newId("file", new Date());
    expect(readBlobName(`files/w/${fileId}`)).toMatchObject({ folder: "files", ownerId: fileId });
  });

  it.each([
    `other/w/${jobId}/x`,
    `payloads/${jobId}/x.json`,
    `payloads/W!/${jobId}/x.json`,
    `files/w/${jobId}`,
    `checkpoints/w/${jobId}/claim/one.json`,
    "payloads",
  ])("reads nothing in %j", (name) => {
    expect(readBlobName(name)).toBeUndefined();
  });
});

describe("decideBlob()", () => {
  const named = (folder: "payloads" | "artifacts" | "checkpoints", operation = operationId) => ({
    ...{ folder, workspaceId, ownerId: jobId, operationId: operation },
  });

  it("lets go what has no owner, and nothing whose owner cannot be read", () => {
    for (const folder of ["payloads", "artifacts", "checkpoints"] as const) {
      expect(decideBlob(named(folder), undefined)).toBe("blobOfNothing");
      expect(decideBlob(named(folder), "unreadable")).toBeUndefined();
      expect(decideBlob(named(folder), running)).toBeUndefined();
    }
  });

  it("keeps the checkpoints of the operation that goes on, and of no other", () => {
    expect(decideBlob(named("checkpoints", newOperationId(jobId)), running)).toBe("checkpointOfEnded");
    for (const phase of ["done", "failed", "cancelled"] as const)
      expect(decideBlob(named("checkpoints"), aJob({ phase, jobId, operationId }))).toBe("checkpointOfEnded");
    expect(decideBlob(named("checkpoints"), aJob({ phase: "queued", jobId, operationId }))).toBeUndefined();
    for (const folder of ["payloads", "artifacts"] as const)
      expect(decideBlob(named(folder, newOperationId(jobId)), aJob({ phase: "done", jobId }))).toBeUndefined();
  });
});
