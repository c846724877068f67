import type { z } from "zod";
import type { App } from "../app.ts";
import type { ErrorCode } from "../contract/error-codes.ts";
import type { Log, LogSink } from "../platform/log.ts";
import type { Settings } from "../platform/settings.ts";
import type { Profile } from "../profiles/define-profile.ts";

type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call a route: anybody, who holds a key of the function app, or who holds its master key. */
export type Access = "open" | "key" | "operator";

/** What a handler knows of a request, beside what its route's schemas parsed. */
export interface RequestContext {
  readonly workspaceId: string;
  /** Scheme and host the client used, for absolute links. */
  readonly origin: string;
  readonly traceparent: string;
  readonly log: Log;
  /** The same, for use cases that log by themselves. */
  readonly logSink: LogSink;
  header(name: string): string | null;
}

export interface RouteRequest<Params, Query, Body> extends RequestContext {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** An answer, before it is one of HTTP's: at most one of `json`, `text` and `bytes`. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Buffer;
}

export interface JsonBody<Body> {
  readonly kind: "json";
  readonly schema: z.ZodType<Body>;
  /** How large it may be, if not as large as all. */
  readonly maxBytes?: (settings: Settings) => number;
  /** No body, of whatever media type, is the same as an empty object. */
  readonly isOptional?: boolean;
  /** What the API document shows instead, where it can say more than one schema for every job type does. */
  readonly documented?: (profiles: readonly Profile[]) => z.ZodType;
}

export interface BytesBody {
  readonly kind: "bytes";
  readonly mediaTypes: readonly string[];
}

/** Raw bytes as they came, and what they are said to be. */
export interface ReceivedBytes {
  readonly contentType: string;
  readonly content: Buffer;
}

export interface Answer {
  readonly description: string;
  /** The JSON body, where there is one. */
  readonly schema?: z.ZodType;
  /** Any other body. */
  readonly mediaType?: string;
  readonly headers?: readonly string[];
}

/** One row of the route table: everything there is to say of a route. */
export interface Route {
  /** The function's name. Where two routes match, the host takes the first by name. */
  readonly name: string;
  readonly methods: readonly [HttpMethod, ...HttpMethod[]];
  /** As the host writes it: `api/jobs/{job_id}`. */
  readonly path: string;
  readonly access: Access;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: JsonBody<unknown> | BytesBody;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ErrorCode[];
  /** It tells orchestrations something: its function has a client of the task hub. */
  readonly tellsOrchestrations?: boolean;
  handle(app: App, request: RouteRequest<unknown, unknown, unknown>): Promise<Reply>;
}

interface Definition<Params extends z.ZodObject, Query extends z.ZodObject, Body> extends Omit<
  Route,
  "params" | "query" | "body" | "handle"
> {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly handle: (
    app: App,
    request: RouteRequest<z.output<Params>, z.output<Query>, ParsedBody<Body>>,
  ) => Promise<Reply> | Reply;
}

type ParsedBody<Body> = Body extends JsonBody<infer Value> ? Value : Body extends BytesBody ? ReceivedBytes : undefined;

/** Makes a row of the table; its handler's types come from its schemas. */
export function defineRoute<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends JsonBody<unknown> | BytesBody | undefined = undefined,
>(definition: Definition<Params, Query, Body>): Route {
  return definition as unknown as Route;
}
