import type { PageRequest } from "../client/page.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";

const CONTINUATION = "x-ms-continuation-token";
const DEFAULT_PAGE_SIZE = 100;

/** What page of a list is wanted: `?top=` and the token of the page before, in a header. */
export function readPageRequest({ query, headers }: ManagementCall): PageRequest {
  const token = headers[CONTINUATION];
  const size = query.count("top") ?? DEFAULT_PAGE_SIZE;
  return { size, continuation: typeof token === "string" && token !== "" ? token : undefined };
}

export function pageAnswer(body: readonly unknown[], continuation: string | undefined): Answer {
  return { status: 200, body, headers: continuation === undefined ? {} : { [CONTINUATION]: continuation } };
}
