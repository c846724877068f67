import { z } from "zod";
import { toFieldErrors } from "../contract/field-errors.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import { MillraceError } from "../platform/errors.ts";
import { PLAIN_NAME_RULE, isPlainName } from "../platform/plain-name.ts";
import { findCompensable } from "../steps/find-compensable.ts";
import { stepProblems } from "../steps/step-problems.ts";
import type { Profile } from "./define-profile.ts";

export interface ProfileRegistry {
  readonly all: readonly Profile[];
  /** While a new version is rolled out, workers of the old one meet job types that they do not know. */
  knows(jobType: string): boolean;
  /** @throws MillraceError UNKNOWN_JOB_TYPE */
  require(jobType: string): Profile;
}

/**
 * The job types of this deployment, each checked: what is wrong with a profile is told at start, all of it at once,
 * and not by its first job.
 *
 * @param capabilities the names that the `JOB_QUEUES` setting has a queue for
 * @param workers the names that the `EXTERNAL_WORKERS` setting has an address for
 * @throws Error that names every profile and what is wrong with it
 */
export function createProfileRegistry(
  profiles: readonly Profile[],
  capabilities: readonly string[],
  workers: readonly string[] = [],
): ProfileRegistry {
  const problems = profiles.flatMap((profile, index) => {
    const found = [...problemsOf(profile, capabilities), ...workerProblems(profile, workers)];
    if (profiles.findIndex(({ id }) => id === profile.id) < index) found.push("another profile has the same id");
    return found.map((problem) => `  ${profile.id || "(no id)"}: ${problem}`);
  });
  if (problems.length > 0) throw new Error(`Cannot start Millrace: a profile is wrong\n${problems.join("\n")}`);

  const byId = new Map(profiles.map((profile) => [profile.id, profile]));
  return {
    all: profiles,
    knows: (jobType) => byId.has(jobType),
    require(jobType) {
      const profile = byId.get(jobType);
      if (profile) return profile;
      throw new MillraceError("UNKNOWN_JOB_TYPE", `There is no job type ${JSON.stringify(jobType)}`);
    },
  };
}

/** The records of all steps, checkpoints included, stand in one column of the job's row. */
const MAX_STEPS = 50;

function problemsOf(profile: Profile, capabilities: readonly string[]): string[] {
  const found: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) found.push(problem);
  };
  expect(/^[a-z][a-z0-9-]{0,63}$/.test(profile.id), "its id must be lower-case letters, digits and dashes, 64 at most");
  expect(Number.isInteger(profile.version) && profile.version >= 1, "its version must be a whole number from 1");
  expect(
    Number.isInteger(profile.maxAttempts) && profile.maxAttempts >= 1,
    "maxAttempts must be a whole number from 1",
  );
  expect(
    capabilities.includes(profile.capability),
    `JOB_QUEUES has no queue for its capability "${profile.capability}"; it has ${capabilities.join(", ")}`,
  );
  expect(profile.steps.length > 0, "it has no steps");
  expect(profile.steps.length <= MAX_STEPS, `it has ${profile.steps.length} steps; ${MAX_STEPS} is the most`);
  const names = profile.steps.map(({ name }) => name);
  expect(names.every(isPlainName), `step names must be ${PLAIN_NAME_RULE}; they are ${names.join(", ")}`);
  expect(new Set(names).size === names.length, `two steps have one name; they are ${names.join(", ")}`);
  expect(
    profile.orchestrated || profile.steps.every(({ kind }) => kind === "task"),
    "it has steps that are no tasks, so it must be orchestrated",
  );
  expect(
    !findCompensable(profile, names.at(-1) ?? ""),
    "its last step has a compensation that nothing could set off: the job is done with it",
  );
  for (const step of profile.steps)
    if ("compensatesSince" in step && step.compensatesSince !== undefined)
      expect(
        Number.isInteger(step.compensatesSince) &&
          step.compensatesSince >= 1 &&
          step.compensatesSince <= profile.version,
        `step "${step.name}" can take back what was done since version ${step.compensatesSince}; it must be from 1 to ${profile.version}`,
      );
  found.push(...profile.steps.flatMap(stepProblems));
  return [...found, ...schemaProblems(profile), ...exampleProblems(profile)];
}

function workerProblems({ steps }: Profile, workers: readonly string[]): string[] {
  const known = workers.length > 0 ? workers.join(", ") : "none";
  return steps.flatMap((step) =>
    step.kind === "call" && !workers.includes(step.worker)
      ? [`step "${step.name}" calls "${step.worker}", which EXTERNAL_WORKERS does not name; it names ${known}`]
      : [],
  );
}

/**
 * Payload and result are kept as JSON and shown as JSON Schema. What a payload's schema makes of the input is what is
 * kept, so a date or a transformed value would reach the steps as something else than its type says.
 */
function schemaProblems({ payload, result }: Profile): string[] {
  return Object.entries({ payload, result }).flatMap(([name, schema]) => {
    try {
      z.toJSONSchema(schema, { io: "output" });
      return [];
    } catch (thrown) {
      return [`its ${name} cannot be told as JSON Schema: ${thrown instanceof Error ? thrown.message : ""}`];
    }
  });
}

function exampleProblems(profile: Profile): string[] {
  return profile.examples.flatMap(({ name, payload }) => {
    const parsed = profile.payload.safeParse(payload, { error: sayWhatIsWrong });
    if (parsed.success) return [];
    const errors = toFieldErrors(parsed.error.issues).map(({ pointer, message }) => `${pointer} ${message}`);
    return [`example "${name}" does not fit its own payload schema: ${errors.join("; ")}`];
  });
}
