import type { Answer } from "./answer.ts";
import { unknownModel } from "./errors.ts";
import { MODEL } from "./limits.ts";

const model = { id: MODEL, object: "model", created: 1_767_225_600, owned_by: "millrace" };

/** Answers `GET /v1/models`. Requests may name any model; this is the one that answers. */
export function answerModels(): Answer {
  return { json: { object: "list", data: [model] } };
}

/** Answers `GET /v1/models/{id}`; throws OpenAI's 404 for any model but ours. */
export function answerModel(id: string): Answer {
  if (id !== MODEL) throw unknownModel(id);
  return { json: model };
}
