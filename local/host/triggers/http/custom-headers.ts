import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Section } from "../../config/host-json.ts";
import { messageOf } from "../../logging/describe-error.ts";

/** `extensions.http.customHeaders`: what every function's response carries. Throws when one cannot be sent. */
export function readCustomHeaders(section: Section): readonly (readonly [string, string])[] {
  const headers = Object.entries(section.texts("customHeaders"));
  for (const [name, value] of headers) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new Error(`extensions.http.customHeaders has a header that cannot be sent: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return headers;
}
