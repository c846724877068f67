// A critical section: while an orchestration holds the locks, nobody else touches these entities.
import * as df from "durable-functions";

interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

df.app.orchestration("transfer", function* (context) {
  const { from, to, amount } = context.df.getInput<Transfer>();
  const source = new df.EntityId("Counter", from);
  const target = new df.EntityId("Counter", to);
  const lock = (yield context.df.lock(source, target)) as df.DurableLock;
  try {
    const held = context.df.isLocked().ownedLocks.length;
    const balance = (yield context.df.callEntity(source, "get")) as number;
    if (balance < amount) return { moved: 0, balance, held };
    yield context.df.callActivity("sleep", 10);
    yield context.df.callEntity(source, "add", -amount);
    yield context.df.callEntity(target, "add", amount);
    return { moved: amount, balance, held };
  } finally {
    lock.release();
  }
});

/** After the release ids still fit: an activity gets its own result. */
df.app.orchestration("lockThenWork", function* (context) {
  const keys = context.df.getInput<readonly string[]>();
  const entities = keys.map((key) => new df.EntityId("Counter", key));
  const lock = (yield context.df.lock(entities)) as df.DurableLock;
  const during = context.df.isLocked().isLocked;
  lock.release();
  const after = context.df.isLocked().isLocked;
  const echoed = (yield context.df.callActivity("echo", "mine")) as string;
  return { during, after, echoed };
});

/** The library refuses what could lock for ever. Says which rules it enforced. */
df.app.orchestration("lockRules", function* (context) {
  const mine = new df.EntityId("Counter", "rules-mine");
  const other = new df.EntityId("Counter", "rules-other");
  const refusals: string[] = [];
  const attempt = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      refusals.push((error as Error).message);
    }
  };
  const lock = (yield context.df.lock(mine)) as df.DurableLock;
  attempt(() => context.df.lock(other));
  attempt(() => context.df.callSubOrchestrator("child", 1));
  attempt(() => context.df.callEntity(other, "get"));
  attempt(() => {
    context.df.signalEntity(mine, "add", 1);
  });
  lock.release();
  yield context.df.callActivity("echo", 1);
  return refusals;
});
