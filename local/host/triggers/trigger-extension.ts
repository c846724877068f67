import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppFunction } from "../functions/app-function.ts";
import type { TriggerInput } from "../functions/invoker.ts";

/** A kind of trigger and all the functions it starts. One per host; its life is add… start … stop. */
export interface TriggerExtension {
  /** The binding type it serves, as functions register it. */
  readonly triggerType: string;
  /** Takes a function on, disabled ones too. Throws with the reason when it cannot be served: it is then in error. */
  add(fn: AppFunction): void;
  /** What the start-up list prints after the function's name. */
  describe(fn: AppFunction, hostUrl: string): string;
  start(): Promise<void>;
  /** Takes no new work from now on; resolves when the work under way has ended. */
  stop(): Promise<void>;
  /** What an operator's manual start hands to the function; undefined when there is no such thing for this trigger. */
  manualInput(fn: AppFunction, input: string): TriggerInput | undefined;
  /** Takes a request of the host's server if it is for this trigger. */
  handleRequest?(request: IncomingMessage, response: ServerResponse): boolean;
}
