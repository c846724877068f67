import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { startHttpServer } from "./http-server.ts";

/** A question as it came over the wire. */
export interface AskedQuestion {
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string; readonly instructions: string; readonly input: string } & Record<
    string,
    unknown
  >;
}

export interface ModelServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly questions: readonly AskedQuestion[];
  readonly stop: () => Promise<void>;
}

/** Answers one question; by default as OpenAI's Responses API does. */
export type AnswerQuestion = (response: ServerResponse, question: AskedQuestion) => void;

/** A model provider that answers as the test says, and remembers what it was asked. */
export async function startModelServer(answer: AnswerQuestion = answerText("Short.")): Promise<ModelServer> {
  const questions: AskedQuestion[] = [];
  const server = await startHttpServer((request, response) => {
    json(request).then(
      (body) => {
        const question = { url: request.url ?? "", headers: request.headers, body: body as AskedQuestion["body"] };
        questions.push(question);
        answer(response, question);
      },
      () => response.destroy(),
    );
  });
  return { origin: server.origin, questions, stop: server.stop };
}

/** An answer of the Responses API, with fields in place of the usual ones. */
export function answerText(text: string, fields: Readonly<Record<string, unknown>> = {}): AnswerQuestion {
  return (response) => {
    const content = [{ type: "output_text", text, annotations: [] }];
    const body = {
      id: "resp_1",
      object: "response",
      status: "completed",
      model: "gpt-5-mini",
      error: null,
      incomplete_details: null,
      output: [{ id: "msg_1", type: "message", role: "assistant", status: "completed", content }],
      usage: { input_tokens: 11, output_tokens: 7, total_tokens: 18 },
      ...fields,
    };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  };
}

/** An error as OpenAI and Azure send it. */
export function answerError(
  status: number,
  {
    headers = {},
    code = "some_code",
  }: { readonly headers?: Readonly<Record<string, string>>; readonly code?: string } = {},
): AnswerQuestion {
  return (response) => {
    const error = { message: "Secret words of the provider", type: "some_type", param: null, code };
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify({ error }));
  };
}
