// Work of many steps: after a crash it goes on from the last step that has ended, not from the first.
import * as df from "durable-functions";

const ran: number[] = [];

df.app.activity("step", {
  handler: async (number: number) => {
    ran.push(number);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return number;
  },
});

/** The steps that this process has run, whoever ran the others. */
df.app.activity("stepsOfThisProcess", { handler: () => ran });

df.app.orchestration("longWork", function* (context) {
  const results: number[] = [];
  for (let number = 1; number <= context.df.getInput<number>(); number++) {
    results.push((yield context.df.callActivity("step", number)) as number);
    context.df.setCustomStatus({ done: number });
  }
  return { results, here: (yield context.df.callActivity("stepsOfThisProcess")) as unknown };
});
