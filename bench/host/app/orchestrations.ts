import type { OrchestrationHandler } from "durable-functions";

/** As many activities as the input says, one after the other. */
export const chain: OrchestrationHandler = function* (context) {
  const length = context.df.getInput<number>();
  let number = 0;
  for (let step = 0; step < length; step++) number = (yield context.df.callActivity("addOne", number)) as number;
  return number;
};

/** As many activities as the input says, all at once. */
export const fanOut: OrchestrationHandler = function* (context) {
  const width = context.df.getInput<number>();
  const tasks = Array.from({ length: width }, (_, index) => context.df.callActivity("addOne", index));
  const numbers = (yield context.df.Task.all(tasks)) as number[];
  return numbers.reduce((sum, number) => sum + number, 0);
};
