// Human interaction: wait for an approval, but not for ever. The timer is cancelled, or the instance would wait for it.
import * as df from "durable-functions";

interface Request {
  readonly question: string;
  readonly patienceMs: number;
}

df.app.activity("escalate", { handler: (question: string) => `escalated: ${question}` });

df.app.orchestration("humanInteraction", function* (context) {
  const { question, patienceMs } = context.df.getInput<Request>();
  context.df.setCustomStatus({ waitingFor: question });
  const deadline = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + patienceMs));
  const approval = context.df.waitForExternalEvent("Approval");
  const winner = (yield context.df.Task.any([approval, deadline])) as df.Task;
  if (winner !== approval) return (yield context.df.callActivity("escalate", question)) as string;
  deadline.cancel();
  return { approval: approval.result };
});
