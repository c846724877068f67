import type { z } from "zod";
import type { FieldError } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/**
 * What zod found wrong, one entry for each field, with its JSON Pointer (RFC 6901).
 *
 * @param base the pointer of the value that was checked: `/payload`, or empty for the whole body
 */
export function toFieldErrors(issues: readonly Issue[], base = ""): FieldError[] {
  return issues.flatMap((issue) => {
    const pointer = base + issue.path.map((part) => `/${escapePointer(String(part))}`).join("");
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, message: "does not exist" }));
    if (issue.code === "invalid_union" && issue.errors.length > 0)
      return toFieldErrors(nearestBranch(issue.errors), pointer);
    return [{ pointer, message: issue.message }];
  });
}

/** Of a union's branches, the one the value nearly fits: the fewest issues, unknown fields counting most. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const distance = (issues: readonly Issue[]) =>
    issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? 10 : 1), 0);
  return branches.reduce((best, branch) => (distance(branch) < distance(best) ? branch : best));
}

/** The names that a JSON Pointer is made of. */
export function partsOfPointer(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A name as a part of a JSON Pointer. */
export function escapePointer(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
