import { randomUUID } from "node:crypto";
import { toDeltas, type Answer, type StreamEvent } from "./answer.ts";
import { complete, type Completion } from "./complete.ts";
import type { ResponsesBody } from "./schemas.ts";

/** Answers `POST /v1/responses`. */
export function answerResponses(body: ResponsesBody): Answer {
  const completion = complete({
    instructions: body.instructions ?? undefined,
    messages: typeof body.input === "string" ? [{ role: "user", content: body.input }] : body.input,
    maxOutputTokens: body.max_output_tokens ?? undefined,
    answerSchema: body.text?.format?.type === "json_schema" ? body.text.format.schema : undefined,
  });
  const response = toResponse(body, completion);
  return body.stream ? { events: streamResponse(response, completion.text) } : { json: response };
}

interface OutputMessage {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly status: string;
  readonly content: readonly { type: "output_text"; text: string; annotations: []; logprobs: [] }[];
}

interface Response extends Record<string, unknown> {
  readonly status: "completed" | "incomplete";
  readonly output: readonly [OutputMessage];
}

function toResponse(body: ResponsesBody, completion: Completion): Response {
  const status = completion.isCut ? "incomplete" : "completed";
  const { inputTokens, outputTokens } = completion;
  return {
    id: newId("resp"),
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status,
    error: null,
    incomplete_details: completion.isCut ? { reason: "max_output_tokens" } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: [{ id: newId("msg"), type: "message", role: "assistant", status, content: [toPart(completion.text)] }],
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 0,
    text: { format: body.text?.format ?? { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function toPart(text: string): OutputMessage["content"][number] {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

/** The events of a response with one text, in the order that OpenAI sends them. */
function* streamResponse(response: Response, text: string): Iterable<StreamEvent> {
  let sequence = 0;
  const event = (name: string, fields: object): StreamEvent => ({
    name,
    data: { type: name, sequence_number: sequence++, ...fields },
  });
  const [message] = response.output;
  const begun = { ...response, status: "in_progress", incomplete_details: null, output: [], usage: null };
  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  yield event("response.created", { response: begun });
  yield event("response.in_progress", { response: begun });
  yield event("response.output_item.added", {
    output_index: 0,
    item: { ...message, status: "in_progress", content: [] },
  });
  yield event("response.content_part.added", { ...place, part: toPart("") });
  for (const delta of toDeltas(text)) yield event("response.output_text.delta", { ...place, delta, logprobs: [] });
  yield event("response.output_text.done", { ...place, text, logprobs: [] });
  yield event("response.content_part.done", { ...place, part: toPart(text) });
  yield event("response.output_item.done", { output_index: 0, item: message });
  yield event(`response.${response.status}`, { response });
}

function newId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "")}`;
}
