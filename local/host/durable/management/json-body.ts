import { messageOf } from "../../logging/describe-error.ts";
import { BadRequest } from "./answer.ts";

/** The JSON text of a body, as it was written, or null when it is empty. Throws `BadRequest` when it is no JSON. */
export function readJsonText(body: Buffer): string | null {
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") return null;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new BadRequest("Invalid JSON content", { cause: new Error(messageOf(error)) });
  }
  return text;
}

export function isJson(contentType: string | undefined): boolean {
  return contentType?.split(";")[0]?.trim().toLowerCase() === "application/json";
}
