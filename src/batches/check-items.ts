import type { FieldError } from "../contract/problem.ts";
import type { FileStore } from "../files/file-store.ts";
import { checkPayload } from "../jobs/check-payload.ts";
import type { CheckPayloadDeps } from "../jobs/check-payload.ts";
import { modeOf } from "../jobs/submit.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { MillraceError } from "../platform/errors.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { findFrom } from "./from.ts";
import type { FromPlaces } from "./from.ts";
import type { Asked } from "./item.ts";

export interface CheckItemsDeps extends CheckPayloadDeps {
  readonly profiles: ProfileRegistry;
}

/** What a request says of a job of the batch. */
export interface AskedItem extends Pick<Asked, "wishes"> {
  readonly jobType: string;
  /** Where it stands in the request: a JSON Pointer. */
  readonly pointer: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** What its payload may take results of. */
  readonly sources: readonly string[];
}

/** What the job behind all items takes results of, in the place of a key: no item can be called so. */
export const ALL_ITEMS = "*";

const CHECKED_AT_ONCE = 16;
/** Nobody reads on after so many. */
const FAULTS_TOLD = 20;

/**
 * Checks what all items ask for, as if each came in a request of its own: job types, modes, and payloads by the profile's
 * schema and by what they refer to. A payload that takes results is checked when they are there. A file that many items
 * name is looked up once.
 *
 * @returns the keys whose results each takes
 * @throws MillraceError VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE
 */
export async function checkItems(
  deps: CheckItemsDeps,
  workspaceId: string,
  asked: readonly AskedItem[],
): Promise<string[][]> {
  const once = { ...deps, files: lookingUpOnce(deps.files) };
  const checked = await mapAtOnce(asked, CHECKED_AT_ONCE, async (item) => checkItem(once, workspaceId, item));
  const errors = checked.flatMap((each) => each.errors);
  if (errors.length > 0)
    throw new MillraceError("VALIDATION_FAILED", "Items of the batch are not what their job types take", {
      details: { errors: errors.slice(0, FAULTS_TOLD) },
    });
  return checked.map(({ takes }) => takes);
}

interface Checked {
  readonly takes: string[];
  readonly errors: readonly FieldError[];
}

async function checkItem(deps: CheckItemsDeps, workspaceId: string, item: AskedItem): Promise<Checked> {
  const { pointer, jobType, wishes, payload } = item;
  if (!deps.profiles.knows(jobType))
    return { takes: [], errors: [{ pointer: `${pointer}/job_type`, message: "names no job type" }] };
  const from = findFrom(payload);
  const takes = [...new Set(from.places.map(({ key }) => key))];
  const badPlaces = errorsOf(from, item);
  if (badPlaces.length > 0) return { takes, errors: badPlaces };
  try {
    const profile = deps.profiles.require(jobType);
    modeOf(profile, wishes.mode);
    if (takes.length === 0) await checkPayload(deps, profile, { workspaceId, payload });
    return { takes, errors: [] };
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || thrown.code !== "VALIDATION_FAILED") throw thrown;
    const errors = (thrown.details["errors"] ?? []) as readonly FieldError[];
    return { takes, errors: errors.map((error) => ({ ...error, pointer: pointer + error.pointer })) };
  }
}

function errorsOf({ places, errors }: FromPlaces, { pointer, sources }: AskedItem): FieldError[] {
  const unknown = places
    .filter(({ key }) => !sources.includes(key))
    .map((place) => ({ pointer: place.pointer, message: wrongSource(place.key, sources) }));
  return [...errors, ...unknown].map((error) => ({ ...error, pointer: `${pointer}/payload${error.pointer}` }));
}

function wrongSource(key: string, sources: readonly string[]): string {
  if (sources.includes(ALL_ITEMS)) return `takes the result of "${key}"; here there is only "${ALL_ITEMS}", all items`;
  if (key === ALL_ITEMS) return `takes the results of all items, which only "finally" can`;
  return `takes the result of "${key}", which it does not depend on`;
}

function lookingUpOnce(files: FileStore): FileStore {
  const found = new Map<string, ReturnType<FileStore["find"]>>();
  return {
    ...files,
    async find(ref) {
      const known = found.get(ref.fileId) ?? files.find(ref);
      found.set(ref.fileId, known);
      return known;
    },
  };
}
