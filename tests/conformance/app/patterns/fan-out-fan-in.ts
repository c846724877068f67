// Fan-out/fan-in: many activities at once, then one sum of their results.
import * as df from "durable-functions";

const square = df.app.activity("square", { handler: (number: number) => number * number });

df.app.orchestration("fanOutFanIn", function* (context) {
  const count = context.df.getInput<number>();
  const tasks = Array.from({ length: count }, (_, index) => square(index + 1));
  const squares = (yield context.df.Task.all(tasks)) as number[];
  return squares.reduce((sum, next) => sum + next, 0);
});
