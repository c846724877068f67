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
  readonly start: () => Promise<AppProcess>;
  readonly say: (level: LogLevel, message: string) => void;
  readonly onReady: WatchParts["onReady"];
}

/** One app after the other: the next starts when the one before has let go of everything. */
function createSuccession({ door, start, say, onReady }: SuccessionParts): { replace(): void; end(): Promise<void> } {
  let current: AppProcess | undefined;
  let latest = 0;
  let work = Promise.resolve();

  async function succeed(turn: number): Promise<void> {
    if (turn !== latest) return; // a newer change is waiting: it starts what this one would
    const previous = current;
    current = undefined;
    await previous?.stop();
    if (turn !== latest) return;
    try {
      const app = (current = await start());
      void app.ended.then((how) => {
        if (current === app) giveUp(`The app has ended with ${how}.`);
      });
      door.open(app.take);
      onReady(app.ready);
    } catch (error) {
      giveUp(`The app cannot be started: ${messageOf(error)}`);
    }
  }

  function giveUp(reason: string): void {
    current = undefined;
    say("error", `${reason} Waiting for the next change.`);
    door.refuse(`${reason}\n`);
  }

  return {
    replace() {
      door.hold();
      const turn = (latest += 1);
      work = work.then(() => succeed(turn));
    },
    async end() {
      latest += 1;
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
