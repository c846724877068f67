// callHttp: a request made by the host, which follows "202, look there later" by itself unless told not to.
import { app } from "@azure/functions";
import * as df from "durable-functions";

interface Answer {
  readonly statusCode: number;
  readonly content: string;
  readonly headers: Readonly<Record<string, string>>;
}

df.app.orchestration("callHttp", function* (context) {
  const response = (yield context.df.callHttp(context.df.getInput<df.CallHttpOptions>())) as Answer;
  return { status: response.statusCode, content: response.content, headers: response.headers };
});

const polls = new Map<string, number>();

/** A job that is done at the third look; until then 202 with the address to look at and the seconds to wait. */
app.http("job", {
  methods: ["GET", "POST"],
  authLevel: "anonymous",
  route: "jobs/{id}",
  handler: async (request) => {
    const { id = "" } = request.params;
    const count = (polls.get(id) ?? 0) + 1;
    polls.set(id, count);
    const secret = request.headers.get("x-secret") ?? "none";
    if (count < 3) return { status: 202, headers: { location: request.url, "retry-after": "1" }, body: "patience" };
    return { status: 200, jsonBody: { polls: count, lastMethod: request.method, secret } };
  },
});
