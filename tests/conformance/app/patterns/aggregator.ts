// Aggregator: an entity gathers what many senders tell it, one message after another.
import * as df from "durable-functions";

interface Summary {
  readonly count: number;
  readonly sum: number;
}

df.app.entity<Summary>("aggregator", (context) => {
  const { count, sum } = context.df.getState(() => ({ count: 0, sum: 0 })) ?? { count: 0, sum: 0 };
  switch (context.df.operationName ?? "") {
    case "add":
      context.df.setState({ count: count + 1, sum: sum + (context.df.getInput<number>() ?? 0) });
      break;
    case "reset":
      context.df.setState({ count: 0, sum: 0 });
      break;
    case "average":
      context.df.return(count === 0 ? 0 : sum / count);
      break;
    default:
      throw new Error(`The aggregator has no operation "${context.df.operationName ?? ""}"`);
  }
});

df.app.client.storageQueue("aggregate", {
  queueName: "measurements",
  connection: "AzureWebJobsStorage",
  handler: async (entry, client) => {
    const { sensor, value } = entry as { readonly sensor: string; readonly value: number };
    await client.signalEntity(new df.EntityId("aggregator", sensor), "add", value);
  },
});
