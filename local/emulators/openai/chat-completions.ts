import { randomUUID } from "node:crypto";
import { toDeltas, type Answer, type StreamEvent } from "./answer.ts";
import { complete, type Completion } from "./complete.ts";
import type { ChatBody } from "./schemas.ts";

/** Answers `POST /v1/chat/completions`. */
export function answerChatCompletions(body: ChatBody): Answer {
  const completion = complete({
    instructions: undefined,
    messages: body.messages,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    answerSchema: body.response_format?.type === "json_schema" ? body.response_format.json_schema.schema : undefined,
  });
  const head: Head = {
    id: `chatcmpl-${randomUUID().replaceAll("-", "")}`,
    created: Math.floor(Date.now() / 1000),
    model: body.model,
    system_fingerprint: null,
  };
  if (!body.stream) return { json: toChatCompletion(head, completion) };
  return { events: streamChat({ head, completion, withUsage: body.stream_options?.include_usage ?? false }) };
}

interface Head {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: null;
}

function toChatCompletion(head: Head, completion: Completion): object {
  const message = { role: "assistant", content: completion.text, refusal: null, annotations: [] };
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(completion) }],
    usage: toUsage(completion),
  };
}

/** OpenAI sends the role first, then the text, then why it ended, then the usage if asked for, then the word [DONE]. */
function* streamChat(options: { head: Head; completion: Completion; withUsage: boolean }): Iterable<StreamEvent> {
  const { head, completion, withUsage } = options;
  const chunk = (fields: object): StreamEvent => ({
    data: { ...head, object: "chat.completion.chunk", ...(withUsage && { usage: null }), ...fields },
  });
  const choice = (delta: object, reason: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
  yield choice({ role: "assistant", content: "", refusal: null });
  for (const content of toDeltas(completion.text)) yield choice({ content });
  yield choice({}, finishReason(completion));
  if (withUsage) yield chunk({ choices: [], usage: toUsage(completion) });
  yield { data: "[DONE]" };
}

function finishReason({ isCut }: Completion): "length" | "stop" {
  return isCut ? "length" : "stop";
}

function toUsage({ inputTokens, outputTokens }: Completion): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}
