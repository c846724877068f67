import type { InvocationOutcome } from "../worker/invoke.ts";
import { RETURN_BINDING } from "./app-function.ts";
import type { AppFunction } from "./app-function.ts";

/** Writes what the handler returned or set, one binding after the other, in the order of the registration. */
export async function writeOutputs(
  fn: AppFunction,
  outcome: InvocationOutcome,
  bindingData: () => Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const { name, write } of fn.outputs) {
    const data =
      name === RETURN_BINDING ? outcome.returnValue : outcome.outputData?.find((each) => each.name === name)?.data;
    if (data) await write(data, bindingData);
  }
}
