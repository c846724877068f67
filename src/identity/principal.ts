import { MillraceError } from "../platform/errors.ts";

export const PRINCIPAL_HEADER = "x-ms-client-principal-name";

/** Longer than any mail address (RFC 5321 allows 254 characters). */
const MAX_CHARACTERS = 256;

/**
 * Who makes a request, as far as anybody has checked: the name that App Service authentication writes into
 * `x-ms-client-principal-name`, and takes from whoever tries to send one. Nobody, where a request came without.
 *
 * @param header its value, if it was sent
 * @throws MillraceError INVALID_HEADER
 */
export function principalOf(header: string | null): string | undefined {
  const name = header?.trim();
  if (!name) return undefined;
  if (name.length <= MAX_CHARACTERS && /^\P{Cc}*$/u.test(name)) return name;
  throw new MillraceError(
    "INVALID_HEADER",
    `${PRINCIPAL_HEADER} takes ${MAX_CHARACTERS} characters at most, and no control characters`,
  );
}

/** Whether two names are of one principal: directories do not tell upper from lower case. */
export function isSamePrincipal(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
