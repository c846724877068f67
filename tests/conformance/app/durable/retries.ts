// Retries with every field of RetryOptions, by the two ways to ask for them.
import * as df from "durable-functions";

interface Plan {
  readonly name: string;
  readonly failures: number;
  readonly firstRetryMs: number;
  readonly maxAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryMs?: number;
  readonly timeoutMs?: number;
}

function readOptions(plan: Plan): df.RetryOptions {
  const options = new df.RetryOptions(plan.firstRetryMs, plan.maxAttempts);
  if (plan.backoffCoefficient !== undefined) options.backoffCoefficient = plan.backoffCoefficient;
  if (plan.maxRetryMs !== undefined) options.maxRetryIntervalInMilliseconds = plan.maxRetryMs;
  if (plan.timeoutMs !== undefined) options.retryTimeoutInMilliseconds = plan.timeoutMs;
  return options;
}

/** Ends with the times of the attempts, or with the error of the last one; then shows that ids still fit. */
df.app.orchestration("retrying", function* (context) {
  const plan = context.df.getInput<Plan>();
  const outcome: { times?: unknown; error?: string } = {};
  try {
    outcome.times = yield context.df.callActivityWithRetry("failUntil", readOptions(plan), plan);
  } catch (error) {
    outcome.error = (error as Error).message;
  }
  const attempts = (yield context.df.callActivity("attempts", plan.name)) as number[];
  return { ...outcome, attempts };
});

const neverWorks = df.app.activity("neverWorks", {
  handler: (reason: string) => {
    throw new Error(`never, for ${reason}`);
  },
});

df.app.orchestration("retryingTask", function* () {
  try {
    return (yield neverWorks("ever").withRetry(new df.RetryOptions(20, 2))) as string;
  } catch (error) {
    return (error as Error).message;
  }
});
