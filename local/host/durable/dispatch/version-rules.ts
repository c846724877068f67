import type { DurableOptions } from "../durable-options.ts";

/** Whether this app may run instances of a version. Undefined when it may. */
export type VersionVerdict = "reject" | "fail" | undefined;

/**
 * What host.json says of an instance's version: rejected ones wait for a host that takes them, the others fail. Versions
 * count only when the app has a `defaultVersion`, as in the Durable extension.
 */
export function judgeVersion(version: string, options: DurableOptions): VersionVerdict {
  const { defaultVersion, versionMatchStrategy, versionFailureStrategy } = options;
  if (defaultVersion === "" || versionMatchStrategy === "None") return undefined;
  const fits =
    versionMatchStrategy === "Strict" ? version === defaultVersion : compareVersions(version, defaultVersion) <= 0;
  if (fits) return undefined;
  return versionFailureStrategy === "Fail" ? "fail" : "reject";
}

/**
 * Below zero when the first is the older one. None is older than any; numbers with dots are compared number by number (a
 * shorter one is older, as in .NET's Version), anything else as text without regard to case.
 */
export function compareVersions(one: string, other: string): number {
  if (one.trim() === "" || other.trim() === "") return Number(one.trim() !== "") - Number(other.trim() !== "");
  const [numbers, others] = [parseNumbers(one), parseNumbers(other)];
  if (numbers && others) return compareNumbers(numbers, others);
  const [text, otherText] = [one.toUpperCase(), other.toUpperCase()];
  return text < otherText ? -1 : Number(text > otherText);
}

function parseNumbers(version: string): readonly number[] | undefined {
  return /^\d+(\.\d+){0,3}$/.test(version.trim()) ? version.split(".").map(Number) : undefined;
}

function compareNumbers(numbers: readonly number[], others: readonly number[]): number {
  for (let index = 0; index < Math.max(numbers.length, others.length); index++) {
    const difference = (numbers[index] ?? -1) - (others[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
