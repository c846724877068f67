// What an activity's error says beyond its message: a provider gives properties, the orchestrator reads them.
import * as df from "durable-functions";

class PaymentError extends Error {
  override readonly name = "PaymentError";
  readonly code: number;

  constructor(code: number) {
    super(`payment refused with code ${code}`);
    this.code = code;
  }
}

df.app.setExceptionPropertiesProvider({
  getExceptionProperties: (error) => (error instanceof PaymentError ? { code: error.code } : undefined),
});

df.app.activity("pay", {
  handler: (code: number) => {
    throw new PaymentError(code);
  },
});

df.app.orchestration("payment", function* (context) {
  try {
    yield context.df.callActivity("pay", context.df.getInput());
    return "paid";
  } catch (error) {
    if (!(error instanceof df.TaskFailedError)) return { unexpected: String(error) };
    const { errorType, errorMessage, isNonRetriable, properties } = error.failureDetails;
    return { errorType, errorMessage, isNonRetriable, properties, taskName: error.taskName, message: error.message };
  }
});
