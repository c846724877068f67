/** An error as OpenAI reports it: developers.openai.com/api/docs/guides/error-codes */
export class ApiError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #details: ApiErrorDetails;

  constructor(status: number, details: ApiErrorDetails) {
    super(details.message);
    this.name = "ApiError";
    this.status = status;
    this.headers = details.headers ?? {};
    this.#details = details;
  }

  /** The body of the answer. */
  toJSON(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const { message, type = "invalid_request_error", param = null, code = null } = this.#details;
    return { error: { message, type, param, code } };
  }
}

interface ApiErrorDetails {
  readonly message: string;
  readonly type?: string;
  /** The parameter that is wrong, such as "input" or "messages[0].role". */
  readonly param?: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function missingKey(): ApiError {
  return new ApiError(401, {
    message:
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)",
  });
}

export function unknownUrl(method: string, path: string): ApiError {
  return new ApiError(404, { message: `Invalid URL (${method} ${path})` });
}

export function wrongMethod(method: string, path: string): ApiError {
  return new ApiError(405, { message: `Not allowed to ${method} on ${path}.`, code: "method_not_supported" });
}

export function unknownModel(model: string): ApiError {
  return new ApiError(404, { message: `The model '${model}' does not exist`, param: "model", code: "model_not_found" });
}

export function invalidJson(): ApiError {
  return new ApiError(400, { message: "We could not parse the JSON body of your request" });
}

export function bodyTooLarge(maxBytes: number): ApiError {
  return new ApiError(413, { message: `The request body is larger than ${maxBytes} bytes`, code: "request_too_large" });
}

export function rateLimited(retryAfterSeconds: number | undefined): ApiError {
  return new ApiError(429, {
    message: "Rate limit reached for requests",
    type: "requests",
    code: "rate_limit_exceeded",
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
  });
}

export function serverError(status: number): ApiError {
  return new ApiError(status, {
    message: "The server had an error while processing your request",
    type: "server_error",
    code: "server_error",
  });
}
