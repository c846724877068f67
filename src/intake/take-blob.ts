import { createHash } from "node:crypto";
import { DEFAULT_WORKSPACE } from "../contract/ids.ts";
import { submitRequestSchema } from "../contract/submit-request.ts";
import { mediaTypeOf } from "../files/media-types.ts";
import { uploadFile } from "../files/upload-file.ts";
import { submitCommandOf } from "../jobs/submit-command.ts";
import { submitJob } from "../jobs/submit.ts";
import type { SubmitDeps, Submitted } from "../jobs/submit.ts";
import { checkBody } from "../platform/check-body.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { fileIdOfDigest } from "../platform/ids.ts";
import type { FoundBlob, Inbox } from "../platform/inbox.ts";
import type { Profile } from "../profiles/define-profile.ts";

export interface TakeBlobDeps extends SubmitDeps {
  readonly inbox: Inbox;
  /** The largest file that is taken. */
  readonly maxFileBytes: number;
}

/** As with uploads; the end of a name says more than its beginning. */
const MAX_NAME = 255;

interface Notice {
  /** `{job type}/{whatever the sender calls it}`. */
  readonly blob: string;
  readonly traceparent: string;
}

/**
 * Makes a file of a blob, and a job of the file: of the type that the blob's first folder names, in the default workspace.
 * One job for each version of the blob, however often it is announced: the version has a file id and an idempotency
 * key of its own, and whatever was done already is found done.
 *
 * @returns nothing when this version of the blob is gone
 * @throws MillraceError UNKNOWN_JOB_TYPE, VALIDATION_FAILED, PAYLOAD_TOO_LARGE, what `uploadFile` and `submitJob` throw
 */
export async function takeBlob(deps: TakeBlobDeps, { blob, traceparent }: Notice): Promise<Submitted | undefined> {
  const { jobType, name } = partsOf(blob);
  const fromFile = fromFileOf(deps.profiles.require(jobType));
  const found = await deps.inbox.find(blob);
  if (!found) return undefined;
  if (found.bytes > deps.maxFileBytes)
    throw new MillraceError("PAYLOAD_TOO_LARGE", `The blob is larger than ${deps.maxFileBytes} bytes`);
  const content = await deps.inbox.read(blob, found.etag);
  if (!content) return undefined;

  const version = createHash("sha512")
    .update(JSON.stringify([blob, found.etag]))
    .digest("hex");
  const fileId = fileIdOfDigest(version, found.modifiedAt);
  await keepOnce(deps, { name, found, content, fileId });
  const request = checkBody(submitRequestSchema, { job_type: jobType, payload: fromFile(fileId) });
  return submitJob(
    deps,
    submitCommandOf(request, {
      workspaceId: DEFAULT_WORKSPACE,
      traceparent,
      idempotencyKey: `inbox blob ${version}`, // No client's key has a space in it.
    }),
  );
}

function partsOf(blob: string): { readonly jobType: string; readonly name: string } {
  const slash = blob.indexOf("/");
  const [jobType, name] = [blob.slice(0, slash), blob.slice(slash + 1)];
  if (slash > 0 && name !== "") return { jobType, name };
  throw new MillraceError("VALIDATION_FAILED", "The blob's name must be {job type}/{name}", {
    details: { errors: [{ pointer: "/blob", message: "names no job type" }] },
  });
}

function fromFileOf({ id, fromFile }: Profile): NonNullable<Profile["fromFile"]> {
  if (fromFile) return fromFile;
  throw new MillraceError("VALIDATION_FAILED", `A job of type "${id}" cannot be made of a file alone`, {
    details: { errors: [{ pointer: "/blob", message: "names a job type that takes no file" }] },
  });
}

interface Kept {
  readonly name: string;
  readonly found: FoundBlob;
  readonly content: Buffer;
  readonly fileId: string;
}

async function keepOnce(deps: TakeBlobDeps, { name, found, content, fileId }: Kept): Promise<void> {
  // What a tool calls a blob that it knows nothing of: then the bytes say what it is.
  const isUnsaid = found.contentType === "" || found.contentType === "application/octet-stream";
  const contentType = (isUnsaid ? mediaTypeOf(content) : undefined) ?? found.contentType;
  try {
    await uploadFile(deps, {
      workspaceId: DEFAULT_WORKSPACE,
      name: name.slice(-MAX_NAME),
      contentType,
      content,
      fileId,
    });
  } catch (thrown) {
    // An earlier delivery has kept it.
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
  }
}
