// Async HTTP API: a request starts an orchestration and is answered at once with where to look for its end.
import * as df from "durable-functions";

df.app.client.http("start", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "start/{orchestrator}/{instanceId?}",
  handler: async (request, client) => {
    const { orchestrator = "", instanceId } = request.params;
    const body = await request.text();
    const version = request.query.get("version");
    const id = await client.startNew(orchestrator, {
      ...(instanceId && { instanceId }),
      ...(body && { input: JSON.parse(body) as unknown }),
      ...(version && { version }),
    });
    return client.createCheckStatusResponse(request, id);
  },
});

/** The same for callers who can wait a little: the output if it is there in time, else where to look. */
df.app.client.http("startAndWait", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "wait/{orchestrator}",
  handler: async (request, client) => {
    const body = await request.text();
    const id = await client.startNew(request.params["orchestrator"] ?? "", {
      input: body ? (JSON.parse(body) as unknown) : undefined,
    });
    return client.waitForCompletionOrCreateCheckStatusResponse(request, id, {
      timeoutInMilliseconds: Number(request.query.get("timeout") ?? 5000),
      retryIntervalInMilliseconds: 100,
    });
  },
});
