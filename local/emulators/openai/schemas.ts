import { z } from "zod";
import type { Wanted } from "./model/extract/schema.ts";

/** Text comes plain or in parts. Pictures, files and tool results are more than this model can read: they are refused. */
const content = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.enum(["text", "input_text", "output_text"]), text: z.string() })),
]);

const message = z.looseObject({
  type: z.literal("message").optional(),
  role: z.enum(["system", "developer", "user", "assistant"]),
  content,
});

/** The model follows no more of a schema than `model/extract/schema.ts` says: that is not checked here, as with `strict: false`. */
const answerSchema = z.looseObject({ type: z.literal("object") }).transform((schema): Wanted => schema);
const named = {
  name: z.string().regex(/^[\w-]{1,64}$/, "expected a name of a-z, A-Z, 0-9, _ and -"),
  schema: answerSchema,
};

/** JSON without a schema is more than this model can think of: a caller who counts on it should learn that at once. */
const textFormat = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_schema"), ...named }),
]);
const chatFormat = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_schema"), json_schema: z.looseObject(named) }),
]);
const outputLimit = z.number().int().min(1).nullish();

/** `POST /v1/responses`: developers.openai.com/api/reference. Unknown fields are accepted and ignored. */
export const responsesBody = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(message).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: outputLimit,
  text: z.looseObject({ format: textFormat.optional() }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  previous_response_id: z.null("not supported: responses are not stored").optional(),
});

/** `POST /v1/chat/completions`. Azure names the model in the path instead. */
export const chatBody = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: outputLimit,
  max_completion_tokens: outputLimit,
  response_format: chatFormat.nullish(),
  n: z.literal(1).nullish(),
});

export type Content = z.infer<typeof content>;
export type Message = z.infer<typeof message>;
export type ResponsesBody = z.infer<typeof responsesBody>;
export type ChatBody = z.infer<typeof chatBody>;
