// The command line of the host: see USAGE in cli/arguments.ts.
import { parseCommandLine, USAGE } from "./cli/arguments.ts";
import type { CommandLine } from "./cli/arguments.ts";
import { formatFunctionList } from "./cli/function-list.ts";
import { followParent, reportFailed, reportForwarded, reportListening } from "./cli/parent-process.ts";
import { exitOnUncaughtErrors, followSignals } from "./cli/process-life.ts";
import { startHost } from "./host.ts";
import type { Host } from "./host.ts";
import { describeError, messageOf } from "./logging/describe-error.ts";
import { createLogFilter } from "./logging/log-level.ts";
import { watchApp } from "./watch/watch-app.ts";
import type { LogLevel } from "./worker/protocol.ts";

let running: { stop(): Promise<void> } | undefined;
let isStopping = false;

exitOnUncaughtErrors();
followSignals(stop);
followParent(stop);
await start();

async function start(): Promise<void> {
  const argv = process.argv.slice(2);
  try {
    const options = parseCommandLine(argv);
    if (!options) {
      process.stdout.write(USAGE);
      return;
    }
    if (options.watch === true) running = await watchApp({ options, argv, onReady: reportForwarded });
    else running = await startOnce(options);
  } catch (error) {
    // An error of the app's own file carries its stack in the message; of others a person only needs the sentence.
    process.stderr.write(`The host cannot start: ${messageOf(error)}\n`);
    await reportFailed(messageOf(error));
    process.exit(1);
  }
}

async function startOnce(options: CommandLine): Promise<Host> {
  const host = await startHost({
    ...options,
    onServing(serving) {
      running = serving;
    },
  });
  if (showsInformation(options.logLevel)) process.stdout.write(formatFunctionList(host));
  reportListening(host);
  return host;
}

/** Ends the host once; while it is still loading the app there is nothing to drain. */
function stop(): void {
  if (isStopping) return;
  isStopping = true;
  void (running?.stop() ?? Promise.resolve())
    .catch((error: unknown) => process.stderr.write(`${describeError(error)}\n`))
    .finally(() => process.exit(0));
}

/** Who asks for warnings only has no use for the list of functions either. */
function showsInformation(logLevel: LogLevel = "information"): boolean {
  return createLogFilter({ default: logLevel })("Host", "information");
}
