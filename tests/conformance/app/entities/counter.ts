// An entity with state, results, an end, and signals to other entities.
import * as df from "durable-functions";

df.app.entity<number>("Counter", (context) => {
  const value = context.df.getState(() => 0) ?? 0;
  switch (context.df.operationName ?? "") {
    case "add": {
      const sum = value + (context.df.getInput<number>() ?? 0);
      context.df.setState(sum);
      context.df.return(sum);
      break;
    }
    case "get":
      context.df.return(value);
      break;
    case "describe":
      context.df.return({
        name: context.df.entityName,
        key: context.df.entityKey,
        isNew: context.df.isNewlyConstructed,
      } as unknown as number);
      break;
    case "delete":
      context.df.destructOnExit();
      break;
    case "tellOther":
      context.df.signalEntity(new df.EntityId("Counter", context.df.getInput<string>() ?? ""), "add", value);
      break;
    case "throw":
      throw new Error("the entity says no");
    default:
      break;
  }
});

df.app.orchestration("useCounter", function* (context) {
  const id = new df.EntityId("Counter", context.df.getInput<string>());
  const described = (yield context.df.callEntity(id, "describe")) as unknown;
  context.df.signalEntity(id, "add", 5);
  const added = (yield context.df.callEntity(id, "add", 2)) as number;
  const value = (yield context.df.callEntity(id, "get")) as number;
  return { described, added, value };
});

df.app.orchestration("callFailingEntity", function* (context) {
  try {
    yield context.df.callEntity(new df.EntityId("Counter", "failing"), "throw");
    return "no failure";
  } catch (error) {
    return String(error);
  }
});
