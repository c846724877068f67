// A trigger, an input and an output by the names of their types, as for an extension the library does not know.
import { app, input, output, trigger } from "@azure/functions";

const connection = "AzureWebJobsStorage";
const template = input.generic({ type: "blob", path: "templates/{template}.txt", connection });
const letters = output.generic({ type: "queue", queueName: "letters", connection });

app.generic("writeLetter", {
  trigger: trigger.generic({ type: "queueTrigger", queueName: "letter-requests", connection }),
  extraInputs: [template],
  return: letters,
  handler: (request: { readonly to: string }, context) =>
    String(context.extraInputs.get(template)).replace("{to}", request.to),
});
