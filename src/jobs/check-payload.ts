import { toFieldErrors } from "../contract/field-errors.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import type { FileStore } from "../files/file-store.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Profile } from "../profiles/define-profile.ts";
import { checkReferences } from "./check-references.ts";

export interface CheckPayloadDeps {
  readonly files: FileStore;
  readonly allowedOrigins: readonly string[];
}

interface OfferedPayload {
  readonly workspaceId: string;
  readonly payload: unknown;
}

/**
 * The payload as the profile's schema makes it, if it fits and all that it refers to is there.
 *
 * @throws MillraceError VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE
 */
export async function checkPayload(
  deps: CheckPayloadDeps,
  profile: Profile,
  { payload, workspaceId }: OfferedPayload,
): Promise<unknown> {
  const parsed = profile.payload.safeParse(payload, { error: sayWhatIsWrong });
  const errors = parsed.success
    ? await checkReferences(profile.references(parsed.data), { ...deps, workspaceId })
    : toFieldErrors(parsed.error.issues, "/payload");
  if (errors.length === 0) return parsed.data;
  throw new MillraceError("VALIDATION_FAILED", `The payload does not fit job type "${profile.id}"`, {
    details: { errors },
  });
}
