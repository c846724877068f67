import type { Answer } from "./answer.ts";
import { answerChatCompletions } from "./chat-completions.ts";
import { unknownUrl, wrongMethod } from "./errors.ts";
import { answerModel, answerModels } from "./models.ts";
import { parseBody } from "./parse-body.ts";
import { answerResponses } from "./responses.ts";
import { chatBody, responsesBody } from "./schemas.ts";

type Endpoint = (body: string, name: string) => Answer;

/**
 * Method, path and endpoint. The paths are OpenAI's (`/v1/…`), and Azure's: the same below `/openai/v1`, and the older form
 * with `?api-version=`, where Chat names the deployment in the path.
 */
const ROUTES: readonly (readonly [method: string, path: RegExp, endpoint: Endpoint])[] = [
  ["POST", /^(?:\/openai)?(?:\/v1)?\/responses$/, (body) => answerResponses(parseBody(body, responsesBody))],
  ["POST", /^(?:\/openai)?\/v1\/chat\/completions$/, (body) => answerChatCompletions(parseBody(body, chatBody))],
  [
    "POST",
    /^\/openai\/deployments\/([^/]+)\/chat\/completions$/,
    (body, deployment) => answerChatCompletions(parseBody(body, chatBody, { model: deployment })),
  ],
  ["GET", /^(?:\/openai)?(?:\/v1)?\/models$/, () => answerModels()],
  ["GET", /^(?:\/openai)?(?:\/v1)?\/models\/([^/]+)$/, (_body, id) => answerModel(id)],
];

/** Finds what answers a request. Throws OpenAI's 404 and 405. */
export function findEndpoint(method: string, path: string): (body: string) => Answer {
  const routes = ROUTES.filter(([, pattern]) => pattern.test(path));
  if (routes.length === 0) throw unknownUrl(method, path);
  const route = routes.find(([accepted]) => accepted === method);
  if (!route) throw wrongMethod(method, path);
  const [, pattern, endpoint] = route;
  const name = decodeURIComponent(pattern.exec(path)?.[1] ?? "");
  return (body) => endpoint(body, name);
}
