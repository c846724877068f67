import { PRINCIPAL_HEADER, principalOf } from "../identity/principal.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import type { RequestContext } from "./route.ts";

/** What a request that begins something says beside its body. */
interface Sender {
  readonly workspaceId: string;
  readonly traceparent: string;
  readonly idempotencyKey: string | undefined;
  /** Nobody, if the request did not say who sent it. */
  readonly submittedBy: string | undefined;
}

/** @throws MillraceError INVALID_HEADER */
export function senderOf(request: RequestContext): Sender {
  const { workspaceId, traceparent } = request;
  return {
    workspaceId,
    traceparent,
    idempotencyKey: idempotencyKeyOf(request.header("idempotency-key")),
    submittedBy: principalOf(request.header(PRINCIPAL_HEADER)),
  };
}
