// Every method of the client that has no pattern of its own, by name: POST /api/client/{method} with its arguments as JSON.
import * as df from "durable-functions";

interface Arguments {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly reason: string;
  readonly event: string;
  readonly operation: string;
  readonly data: unknown;
  readonly options: df.GetStatusOptions;
  readonly filter: {
    readonly from?: string;
    readonly to?: string;
    readonly statuses?: df.OrchestrationRuntimeStatus[];
  };
}

type Call = (client: df.DurableClient, args: Arguments) => Promise<unknown>;

const CALLS: Record<string, Call> = {
  startNew: async (client, { name, data }) => client.startNew(name, { input: data }),
  getStatus: async (client, { id, options }) => client.getStatus(id, options),
  getStatusAll: async (client) => client.getStatusAll(),
  getStatusBy: async (client, { filter }) => client.getStatusBy(readFilter(filter)),
  raiseEvent: async (client, { id, event, data }) => client.raiseEvent(id, event, data),
  terminate: async (client, { id, reason }) => client.terminate(id, reason),
  suspend: async (client, { id, reason }) => client.suspend(id, reason),
  resume: async (client, { id, reason }) => client.resume(id, reason),
  rewind: async (client, { id, reason }) => client.rewind(id, reason),
  purgeInstanceHistory: async (client, { id }) => client.purgeInstanceHistory(id),
  purgeInstanceHistoryBy: async (client, { filter }) => client.purgeInstanceHistoryBy(readFilter(filter)),
  signalEntity: async (client, { name, key, operation, data }) =>
    client.signalEntity(new df.EntityId(name, key), operation, data),
  readEntityState: async (client, { name, key }) => client.readEntityState(new df.EntityId(name, key)),
  createHttpManagementPayload: async (client, { id }) => client.createHttpManagementPayload(id),
  taskHubName: async (client) => client.taskHubName,
};

df.app.client.http("client", {
  methods: ["POST"],
  authLevel: "anonymous",
  route: "client/{method}",
  handler: async (request, client) => {
    const call = CALLS[request.params["method"] ?? ""];
    if (!call) return { status: 404 };
    try {
      return { jsonBody: { value: (await call(client, (await request.json()) as Arguments)) ?? null } };
    } catch (error) {
      return { status: 409, jsonBody: { error: error instanceof Error ? error.message : String(error) } };
    }
  },
});

function readFilter({ from, to, statuses }: Arguments["filter"]): df.OrchestrationFilter {
  return {
    ...(from && { createdTimeFrom: new Date(from) }),
    ...(to && { createdTimeTo: new Date(to) }),
    ...(statuses && { runtimeStatus: statuses }),
  };
}
