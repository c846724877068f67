import { setImmediate } from "node:timers/promises";
import { BlobServiceClient } from "@azure/storage-blob";
import { createApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { readSettings } from "../../src/platform/settings.ts";
import type { StorageHttpClient } from "../../src/platform/storage.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import type { StorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import type { Sent } from "../harness/storage/http-client.ts";

/** What became of an actor. */
export type Outcome<Value = unknown> = { readonly value: Value } | { readonly thrown: unknown };

type Actor<Context, Value> = (app: App, context: Context) => Promise<Value>;

export interface Race<Context, Values extends Readonly<Record<string, unknown>>> {
  readonly profiles: readonly Profile[];
  /** Settings beside those of storage. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Sets the scene, on storage that answers at once. */
  readonly prepare: (app: App) => Promise<Context>;
  /** Who races, each on an instance of the app of its own. */
  readonly actors: { readonly [Name in keyof Values]: Actor<Context, Values[Name]> };
  /** Looks at what is left behind, when all have come to their ends. Throws if it is wrong. */
  readonly judge: (
    outcomes: { readonly [Name in keyof Values]: Outcome<Values[Name]> },
    scene: Scene<Context>,
  ) => Promise<void>;
}

interface Scene<Context> {
  readonly app: App;
  readonly context: Context;
  /** The names of all blobs in this folder. */
  readonly blobsIn: (folder: string) => Promise<string[]>;
}

/** A request that waits to be carried out. */
interface Pending {
  readonly actor: string;
  /** The same in every run that came here by the same choices. */
  readonly id: string;
  readonly sent: Sent;
  readonly carryOut: () => void;
}

/** A point at which one of several requests is next. */
interface Choice {
  readonly options: readonly Pending[];
  /** What need not be tried here: it was tried before, and nothing that it could meet has happened since. */
  readonly asleep: readonly Pending[];
  taken: number;
}

/**
 * Runs a race in every order in which storage can carry out the requests of its actors, with the real use cases and
 * SDKs on an account in memory. That is all there is to the order of events: what actors do between two requests touches
 * nothing that others see. Orders that differ only in requests that cannot meet, such as two reads, count as one (sleep
 * sets: Godefroid, "Partial-Order Methods", 1996). Messages that are put are carried out at once, since nobody here
 * receives any; so are blobs, unless somebody else could have them in mind.
 *
 * @returns how many orders there were
 */
export async function runEveryInterleaving<Context, Values extends Readonly<Record<string, unknown>>>(
  race: Race<Context, Values>,
  { blobs = false } = {},
): Promise<number> {
  const play = createStage(race, ({ service }) => service === "table" || (blobs && service === "blob"));
  const choices: Choice[] = [];
  let count = 0;
  do {
    if (await play(choices)) count++;
    while (choices.length > 0 && isExhausted(choices.at(-1))) choices.pop();
    const last = choices.at(-1);
    if (last) last.taken++;
  } while (choices.length > 0);
  return count;
}

function isExhausted(choice: Choice | undefined): boolean {
  return choice === undefined || choice.taken + 1 >= choice.options.length;
}

/**
 * Runs the race once, by these choices and from then on by the first there is, and adds those. False when the order
 * turned out to be one that was run before: then nobody has judged it.
 */
type Play = (choices: Choice[]) => Promise<boolean>;

function createStage<Context, Values extends Readonly<Record<string, unknown>>>(
  race: Race<Context, Values>,
  isScheduled: (sent: Sent) => boolean,
): Play {
  let account: StorageAccount;
  const pending: Pending[] = [];
  const sentBy = new Map<string, number>();
  const environment = { AzureWebJobsStorage: CONNECTION_STRING, OPENAI_API_KEY: "none", ...race.environment };
  const settings = readSettings(environment);
  const httpClient = createHttpClient(async ({ service, wire }) => account.handle(service, wire));
  const direct = createApp(settings, race.profiles, httpClient);
  const wait = async (actor: string, sent: Sent) =>
    new Promise<void>((carryOut) => {
      const number = (sentBy.get(actor) ?? 0) + 1;
      sentBy.set(actor, number);
      pending.push({ actor, id: `${actor} ${String(number).padStart(3, "0")}`, sent, carryOut });
      pending.sort((a, b) => (a.id < b.id ? -1 : 1));
    });
  const actors = Object.entries<Actor<Context, unknown>>(race.actors).map(([name, act]) => {
    const scheduled = createHttpClient(async (sent) => {
      if (isScheduled(sent)) await wait(name, sent);
      return account.handle(sent.service, sent.wire);
    });
    return { name, act, app: createApp(settings, race.profiles, scheduled) };
  });

  return async (choices) => {
    account = createStorageAccount({ now: () => new Date(), chance: () => 0 });
    sentBy.clear();
    await direct.storage.prepare();
    const context = await race.prepare(direct);
    const outcomes: Record<string, Outcome> = {};
    for (const { name, act, app } of actors)
      act(app, context).then(
        (value) => (outcomes[name] = { value }),
        (thrown: unknown) => (outcomes[name] = { thrown }),
      );
    let isNew = true;
    for (let depth = 0; ; depth++) {
      await calm(() => actors.every(({ name }) => name in outcomes || pending.some(({ actor }) => actor === name)));
      if (pending.length === 0) break;
      isNew &&= depth < choices.length || choose(choices, pending);
      const chosen = isNew ? takenIn(choices[depth]) : pending[0];
      const [next] = pending.splice(
        pending.findIndex(({ id }) => id === chosen?.id),
        1,
      );
      next?.carryOut();
    }
    if (isNew)
      await race.judge(outcomes as { [Name in keyof Values]: Outcome<Values[Name]> }, {
        app: direct,
        context,
        blobsIn: async (name) => blobsIn(name, httpClient),
      });
    return isNew;
  };
}

function takenIn(choice: Choice | undefined): Pending | undefined {
  return choice?.options[choice.taken];
}

/** Adds the choice among those that wait. False when none of them leads to an order that was not run before. */
function choose(choices: Choice[], pending: readonly Pending[]): boolean {
  const before = choices.at(-1);
  const chosen = takenIn(before);
  const tried = before ? [...before.asleep, ...before.options.slice(0, before.taken)] : [];
  const asleep = tried.filter((request) => chosen && !canMeet(request, chosen));
  const options = pending.filter(({ id }) => asleep.every((request) => request.id !== id));
  if (options.length === 0) return false;
  choices.push({ options, asleep, taken: 0 });
  return true;
}

/** Whether it can matter which of two requests comes first. */
function canMeet(one: Pending, other: Pending): boolean {
  if (one.actor === other.actor) return true;
  if (one.sent.service !== other.sent.service || (isRead(one) && isRead(other))) return false;
  return one.sent.service === "table" || isList(one) || isList(other) || one.sent.wire.path === other.sent.wire.path;
}

function isRead({ sent: { wire } }: Pending): boolean {
  return wire.method === "GET" || wire.method === "HEAD";
}

function isList({ sent: { wire } }: Pending): boolean {
  return wire.query.get("comp") === "list";
}

/** Turns of the event loop that nobody needs: one that does waits for something else than storage. */
const MOST_TURNS = 10_000;

/** Lets everything go on that can, until all wait for storage or have come to their ends. */
async function calm(isCalm: () => boolean): Promise<void> {
  await setImmediate();
  for (let turns = 0; !isCalm(); turns++) {
    if (turns > MOST_TURNS) throw new Error("Cannot go on: an actor waits for something else than storage");
    await setImmediate();
  }
  await setImmediate();
}

async function blobsIn(folder: string, httpClient: StorageHttpClient): Promise<string[]> {
  const service = BlobServiceClient.fromConnectionString(CONNECTION_STRING, { httpClient });
  const names: string[] = [];
  for await (const { name } of service.getContainerClient("millrace").listBlobsFlat({ prefix: `${folder}/` }))
    names.push(name);
  return names;
}
