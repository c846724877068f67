import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject, readJsonObject } from "../config/json-file.ts";
import type { JsonObject } from "../config/json-file.ts";
import type { HostContext } from "../host-context.ts";
import { describeError } from "../logging/describe-error.ts";
import { answerEmpty, answerJson } from "../server/answer.ts";
import { openKeyRing } from "../server/keys.ts";
import { pathOf } from "../server/request-path.ts";

/** Whose keys a path names, and perhaps which one. */
export interface KeyPath {
  /** Undefined for those of the host. */
  readonly functionName?: string | undefined;
  /** "keys" and "functionkeys" open all functions, "systemkeys" those of extensions. */
  readonly scope: string;
  readonly keyName?: string | undefined;
}

interface KeyCall extends KeyPath {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: HostContext;
  readonly hostUrl: string;
}

/** Reads `/admin/host/{keys|functionkeys|systemkeys}[/{key}]` and `/admin/functions/{name}/keys[/{key}]`, in lower case. */
export function parseKeyPath(path: string): KeyPath | undefined {
  const [, functionName, ofFunction, ofHost, keyName] =
    /^\/admin\/(?:functions\/([^/]+)\/(keys)|host\/(keys|functionkeys|systemkeys))(?:\/([^/]+))?$/.exec(path) ?? [];
  const scope = ofFunction ?? ofHost;
  return scope === undefined ? undefined : { functionName, scope, keyName };
}

/** Answers with the keys of keys.json, which is created when there is none, or with one of them. Never rejects. */
export async function answerKeys(call: KeyCall): Promise<void> {
  const { request, response, context, hostUrl, keyName } = call;
  try {
    const keys = Object.entries(await readKeys(call)).map(([name, value]) => ({ name, value }));
    const links = [{ rel: "self", href: `${hostUrl}${pathOf(request)}` }];
    if (keyName === undefined) {
      answerJson(response, 200, { keys: keys.filter(({ name }) => name !== MASTER_KEY), links });
      return;
    }
    const key = keys.find(({ name }) => name.toLowerCase() === keyName);
    if (key) answerJson(response, 200, { ...key, links });
    else answerEmpty(response, 404);
  } catch (error) {
    context.log.host("error", `Cannot list the keys: ${describeError(error)}`);
    answerEmpty(response, 500);
  }
}

/** Only to be had by its name, among the system keys. */
const MASTER_KEY = "_master";

async function readKeys({ context, functionName, scope }: KeyCall): Promise<JsonObject> {
  const { path } = context.keys ?? (await openKeyRing(context.stateFolder));
  const { master, host, functions, system } = (await readJsonObject(path)) ?? {};
  if (functionName !== undefined) {
    const names = isJsonObject(functions) ? Object.entries(functions) : [];
    return objectOf(names.find(([name]) => name.toLowerCase() === functionName)?.[1]);
  }
  return scope === "systemkeys" ? { ...objectOf(system), [MASTER_KEY]: master } : objectOf(host);
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
