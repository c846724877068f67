import { describeError } from "../logging/describe-error.ts";

/** npm passes on a Ctrl-C that the terminal has already sent: two signals this close are one wish. */
const SAME_WISH_MS = 300;

/** Calls `stop` on the first SIGINT or SIGTERM; the second exits at once. */
export function followSignals(stop: () => void): void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      stop();
    } else if (Date.now() - firstAt > SAME_WISH_MS) process.exit(1);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

/**
 * The policy for errors that nothing caught, also rejections: say so and exit with 1, as the real worker does. Code that
 * lost control of an error may have left anything half done, and a host that limped on would hide it. Azure then starts a
 * new worker; here the parent process or the developer does.
 */
export function exitOnUncaughtErrors(): void {
  process.on("uncaughtException", (error, origin) => {
    const what =
      origin === "unhandledRejection" ? "A promise was rejected and nothing handled it" : "Nothing caught an error";
    process.stderr.write(
      `[${new Date().toISOString()}] [Critical] Worker uncaught exception. ${what}, so the host exits with 1. ` +
        `Look for a missing await or error handler in the app: ${describeError(error)}\n`,
    );
    process.exit(1);
  });
  // A parent that died has closed the pipe: what is printed while draining goes nowhere, which is no reason to break off.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
}
