import { messageOf } from "../../logging/describe-error.ts";
import type { FailureDetails } from "../history/history-event.ts";

export interface ActivityFailure {
  readonly Reason: string;
  readonly Details: string;
  readonly FailureDetails: FailureDetails | null;
}

/**
 * How an activity's failure reaches its orchestrator, in the texts of the Durable extension; two spaces, because the
 * worker's own label leaves one behind. The details are a serialised .NET exception there.
 */
export function describeActivityFailure(functionName: string, error: unknown): ActivityFailure {
  const message = messageOf(error);
  const details = readFailureDetails(message);
  const text = details?.ErrorMessage ?? message;
  return {
    Reason: `Activity function '${functionName}' failed:  ${text}`,
    Details: exceptionDetails(` ${text}`),
    FailureDetails: details,
  };
}

/** A failure of what the extension runs itself, which it reports without a function's name. */
export function describeOwnFailure(message: string): ActivityFailure {
  return { Reason: message, Details: exceptionDetails(message), FailureDetails: null };
}

function exceptionDetails(message: string): string {
  const $type = "System.Exception, System.Private.CoreLib";
  return JSON.stringify({ $type, ClassName: "System.Exception", Message: message, StackTraceString: null });
}

/** What the SDK makes of an error's message when the app has set an exception properties provider. */
function readFailureDetails(message: string): FailureDetails | null {
  const fields = parseObject(message);
  if (typeof fields?.["errorType"] !== "string" || typeof fields["errorMessage"] !== "string") return null;
  const { stackTrace, isNonRetriable, properties } = fields;
  return {
    ErrorType: fields["errorType"],
    ErrorMessage: fields["errorMessage"],
    StackTrace: typeof stackTrace === "string" ? stackTrace : null,
    IsNonRetriable: isNonRetriable === true,
    Properties: isRecord(properties) ? properties : null,
    InnerFailure: null,
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // a message that only looks like one
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
