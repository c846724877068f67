import { checkBody } from "../platform/check-body.ts";
import { MillraceError } from "../platform/errors.ts";
import { parseJsonBody } from "../platform/json-body.ts";
import type { Settings } from "../platform/settings.ts";
import type { BytesBody, JsonBody, ReceivedBytes } from "./route.ts";

/** The part of an HTTP request that holds its body. */
export interface BodySource {
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Reads a body as its route wants it. Cheap checks come first: media type and declared length before a byte is read,
 * the real length before anything is parsed. The media type of a body that need not be there is asked once it is.
 *
 * @throws MillraceError UNSUPPORTED_MEDIA_TYPE, LENGTH_REQUIRED, PAYLOAD_TOO_LARGE, INVALID_JSON, BODY_NOT_OBJECT, BODY_TOO_DEEP,
 * UNKNOWN_FIELD, VALIDATION_FAILED
 */
export async function readBody(
  source: BodySource,
  body: JsonBody<unknown> | BytesBody,
  settings: Settings,
): Promise<unknown> {
  if (body.kind === "bytes") {
    const contentType = requireMediaType(source, body.mediaTypes);
    return { contentType, content: await readBytes(source, settings.MAX_UPLOAD_BYTES) } satisfies ReceivedBytes;
  }
  if (!body.isOptional) requireMediaType(source, JSON_ONLY);
  const content = await readBytes(source, body.maxBytes?.(settings) ?? settings.MAX_BODY_BYTES);
  if (body.isOptional && content.length === 0) return checkBody(body.schema, {});
  requireMediaType(source, JSON_ONLY);
  return checkBody(body.schema, parseJsonBody(content));
}

const JSON_ONLY = ["application/json"];

function requireMediaType({ headers }: BodySource, accepted: readonly string[]): string {
  const contentType = mediaTypeOf(headers.get("content-type"));
  if (!accepted.includes(contentType))
    throw new MillraceError("UNSUPPORTED_MEDIA_TYPE", `Send Content-Type: ${accepted.join(" or ")}`);
  if ((headers.get("content-encoding") ?? "identity") !== "identity")
    throw new MillraceError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a Content-Encoding");
  return contentType;
}

async function readBytes(source: BodySource, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new MillraceError("PAYLOAD_TOO_LARGE", `The body is larger than ${maxBytes} bytes`);
  if (Number(source.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  const bytes = Buffer.from(await source.arrayBuffer());
  // The host gives a function only bodies whose length was announced; a chunked one would pass for an empty one.
  if (bytes.length === 0 && source.headers.get("transfer-encoding") !== null)
    throw new MillraceError("LENGTH_REQUIRED", "Send a Content-Length; a body in chunks does not arrive");
  if (bytes.length > maxBytes) throw tooLarge();
  return bytes;
}

/** Without parameters: `application/json; charset=utf-8` → `application/json`. */
function mediaTypeOf(header: string | null): string {
  return (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
