import { performance } from "node:perf_hooks";
import type { OpenAI } from "openai";
import type { Response } from "openai/resources/responses/responses";
import { MillraceError } from "../platform/errors.ts";
import { toProviderError } from "./provider-errors.ts";
import type { UsageMeter } from "./usage-meter.ts";

export interface Question {
  /** What the model is to do. Ours: never text from a document. */
  readonly instructions: string;
  /** What it is to do it with. */
  readonly input: string;
  /** What the answer is to be, as JSON. The provider may fall short of it: check what it answers. */
  readonly answerSchema?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  readonly maxOutputTokens?: number;
  readonly abortSignal?: AbortSignal;
}

/**
 * Asks the model one question and returns its text.
 *
 * @throws MillraceError PROVIDER_THROTTLED, PROVIDER_UNAVAILABLE (transient); PROVIDER_UNAUTHORIZED, PROVIDER_REFUSED
 * (permanent); the abort signal's reason when it fired
 */
export type AskModel = (question: Question) => Promise<string>;

export interface AskModelOptions {
  readonly client: OpenAI;
  /** The model's name, or the deployment's in Azure. */
  readonly model: string;
  readonly meter: UsageMeter;
}

export function createAskModel({ client, model, meter }: AskModelOptions): AskModel {
  return async (question) => {
    const { abortSignal } = question;
    const started = performance.now();
    try {
      const response = await client.responses.create(
        { model, ...requestOf(question) },
        { ...(abortSignal && { signal: abortSignal }) },
      );
      meter.add({
        inputTokens: response.usage?.input_tokens ?? 0,
        outputTokens: response.usage?.output_tokens ?? 0,
        latencyMs: performance.now() - started,
      });
      return textOf(response);
    } catch (thrown) {
      abortSignal?.throwIfAborted();
      throw toProviderError(thrown);
    }
  };
}

function requestOf({ instructions, input, answerSchema, maxOutputTokens }: Question) {
  return {
    instructions,
    input,
    store: false,
    // Not strict: that allows fewer schemas than JSON Schema has, and refuses the question for the others.
    ...(answerSchema && { text: { format: { type: "json_schema" as const, strict: false, ...answerSchema } } }),
    ...(maxOutputTokens && { max_output_tokens: maxOutputTokens }),
  };
}

/** A response can fail after its headers said 200. An answer that was cut off for its length is still one. */
function textOf({ status, error, incomplete_details: incomplete, output_text: text }: Response): string {
  if (status === "failed") {
    const code = error?.code === "rate_limit_exceeded" ? "PROVIDER_THROTTLED" : "PROVIDER_UNAVAILABLE";
    throw new MillraceError(code, "The model provider failed while it answered");
  }
  if (incomplete?.reason === "content_filter")
    throw new MillraceError("PROVIDER_REFUSED", "The model provider's content filter stopped the answer");
  return text;
}
