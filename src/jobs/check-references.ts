import type { FieldError } from "../contract/problem.ts";
import type { FileStore } from "../files/file-store.ts";
import { hasCode } from "../platform/errors.ts";
import { checkUrl } from "../platform/public-address.ts";
import type { Reference } from "../profiles/define-profile.ts";

interface CheckOptions {
  readonly files: FileStore;
  readonly workspaceId: string;
  readonly allowedOrigins: readonly string[];
}

/**
 * Checks what a payload refers to, before anything is stored: files must be there and of the right type; addresses
 * must not be private on the face of it. What a name resolves to is checked again when it is fetched.
 *
 * @returns what is wrong, one entry for each reference; empty when all is well
 */
export async function checkReferences(
  references: readonly Reference[],
  options: CheckOptions,
): Promise<readonly FieldError[]> {
  const checked = await Promise.all(references.map(async (reference) => checkReference(reference, options)));
  return checked.filter((error) => error !== undefined);
}

async function checkReference(reference: Reference, options: CheckOptions): Promise<FieldError | undefined> {
  const { pointer } = reference;
  if (reference.kind === "url") {
    try {
      checkUrl(reference.url, { allowedOrigins: options.allowedOrigins });
      return undefined;
    } catch (thrown) {
      if (hasCode(thrown, "URL_FORBIDDEN")) return { pointer, message: "is not a public http or https address" };
      throw thrown;
    }
  }
  const file = await options.files.find({ workspaceId: options.workspaceId, fileId: reference.fileId });
  if (!file) return { pointer, message: "names a file that does not exist" };
  if (reference.contentTypes.includes(file.contentType)) return undefined;
  return {
    pointer,
    message: `names a file of type "${file.contentType}"; it takes ${reference.contentTypes.join(", ")}`,
  };
}
