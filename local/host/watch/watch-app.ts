import { readLocalSettings } from "../config/local-settings.ts";
import { compileOptions } from "../host-options.ts";
import type { HostOptions } from "../host-options.ts";
import { messageOf } from "../logging/describe-error.ts";
import type { LogLevel } from "../worker/protocol.ts";
import { startAppProcess } from "./app-process.ts";
import type { AppProcess } from "./app-process.ts";
import { watchFiles } from "./file-changes.ts";
import { openFrontDoor } from "./front-door.ts";
import type { FrontDoor } from "./front-door.ts";

export interface WatchParts {
  readonly options: HostOptions;
  /** The command line, to be given to each host. */
  readonly argv: readonly string[];
  /** Called whenever the app serves, at first and after each change, with what its host said. */
  readonly onReady: (ready: object) => void;
}

export interface AppWatch {
  stop(): Promise<void>;
}

/**
 * Runs an app and starts it anew when its files change, each time in a new process, because `@azure/functions` remembers
 * the first host it met. This process keeps the port: while one host ends and the next one loads, connections wait. Code
 * that cannot be loaded is answered for with 503 until the next change. Rejects when the port is taken.
 */
export async function watchApp({ options, argv, onReady }: WatchParts): Promise<AppWatch> {
  const compiled = compileOptions(options, await readLocalSettings(options.appFolder));
  const door = await openFrontDoor(compiled);
  const args = [...argv.filter((each) => each !== "--watch"), "--port", String(door.port), "--take-connections"];
  const say = (level: LogLevel, message: string) => {
    compiled.sink({ level, message, logger: "Host.Watch" });
  };
  const succession = createSuccession({ door, say, onReady, start: () => startAppProcess(args, compiled.drainMs) });
  const onChange = (names: readonly string[]): void => {
    say("information", `Changed: ${listOf(names)}. Starting the app anew.`);
    succession.replace();
  };
  const files = await watchFiles({ folder: compiled.appFolder, besides: compiled.stateFolder, onChange });
  succession.replace();
  say("information", `Watching ${compiled.appFolder} for changes.`);
  return {
    async stop() {
      files.stop();
      door.close();
      await succession.end();
    },
  };
}

interface SuccessionParts {
  readonly door: FrontDoor;
  readonly start: () => AppProcess;
  readonly say: (level: LogLevel, message: string) => void;
  readonly onReady: WatchParts["onReady"];
}

/** One app after the other: the next starts when the one before has let go of everything. */
function createSuccession({ door, start, say, onReady }: SuccessionParts): { replace(): void; end(): Promise<void> } {
  let current: AppProcess | undefined;
  let isStarting = false;
  let latest = 0;
  let work = Promise.resolve();

  async function succeed(turn: number): Promise<void> {
    const isOvertaken = (): boolean => turn !== latest;
    if (isOvertaken()) return; // a newer change is waiting: it starts what this one would
    const previous = current;
    current = undefined;
    await previous?.stop();
    if (isOvertaken()) return;
    const app = (current = start());
    isStarting = true;
    const problem = await app.ready.then(() => undefined, messageOf);
    isStarting = false;
    if (isOvertaken()) return;
    if (problem === undefined) await present(app);
    else giveUp("The app cannot be started", problem);
  }

  async function present(app: AppProcess): Promise<void> {
    door.open(app.take);
    onReady(await app.ready);
    void app.ended.then((how) => {
      if (current === app) giveUp(`The app has ended with ${how}`);
    });
  }

  /** The reason is for clients: the terminal shows it already, as the app's own process has printed it. */
  function giveUp(what: string, reason = ""): void {
    current = undefined;
    say("error", `${what}. Waiting for the next change.`);
    door.refuse(reason === "" ? `${what}.\n` : `${what}: ${reason}\n`);
  }

  /** Code that never comes to an end while it is loaded would hold up its successor, and the end. */
  function overtake(): number {
    if (isStarting) void current?.stop();
    return (latest += 1);
  }

  return {
    replace() {
      door.hold();
      const turn = overtake();
      work = work.then(() => succeed(turn));
    },
    async end() {
      overtake();
      await work;
      const last = current;
      current = undefined;
      await last?.stop();
    },
  };
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
