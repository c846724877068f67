import { createRequire } from "node:module";
import { extname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { glob } from "tinyglobby";
import { readJsonObject } from "../config/json-file.ts";
import { describeError } from "../logging/describe-error.ts";
import type { Core } from "./core-module.ts";
import type { Capabilities, ProgrammingModel } from "./protocol.ts";

/** What the real worker tells the model it can do; the model adds `HttpUri` when the app streams HTTP. */
const WORKER_CAPABILITIES: Capabilities = Object.fromEntries(
  [
    "RawHttpBodyBytes",
    "RpcHttpTriggerMetadataRemoved",
    "RpcHttpBodyOnly",
    "IgnoreEmptyValuedRpcHttpHeaders",
    "UseNullableValueDictionaryForHttp",
    "WorkerStatus",
    "TypedDataCollection",
    "HandlesWorkerTerminateMessage",
  ].map((name) => [name, "true"]),
);

export interface LoadedApp {
  readonly model: ProgrammingModel;
  readonly capabilities: Capabilities;
}

/**
 * Loads the compiled app in `folder` in the worker's order: the files that package.json's `main` matches, the appStart
 * hooks, the capabilities, and then the lock on registration. Throws when nothing matches, when a file does not load
 * (naming it), and when the app registered nothing through the v4 model.
 */
export async function loadApp(core: Core, folder: string): Promise<LoadedApp> {
  const { main, type } = await readPackage(folder);
  const files = (await glob(main, { cwd: folder, absolute: true, expandDirectories: false })).sort();
  if (files.length === 0)
    throw new Error(
      `Cannot load the app in "${folder}": found zero files matching the "main" of package.json, "${main}". ` +
        `Correct it, or compile the app first if it is TypeScript`,
    );
  for (const file of files) {
    core.enterFile(file);
    await loadFile(file, { isModule: type === "module", folder });
  }
  await core.hooks.run("appStart", {
    hookData: core.hooks.appLevelHookData,
    appHookData: core.hooks.appHookData,
    functionAppDirectory: folder,
  });
  const model = core.model();
  if (!model)
    throw new Error(
      `Cannot start the app in "${folder}": its files registered nothing through "@azure/functions" v4. ` +
        `Check that it is installed and that "main" ("${main}") matches the files which call app.http() and the like`,
    );
  const capabilities = (await model.getCapabilities?.({ ...WORKER_CAPABILITIES })) ?? WORKER_CAPABILITIES;
  core.lock();
  return { model, capabilities };
}

async function readPackage(folder: string): Promise<{ main: string; type?: string }> {
  const path = join(folder, "package.json");
  const content = await readJsonObject(path);
  if (!content)
    throw new Error(`Cannot find "${path}": a function app needs one, with the glob of its files as "main"`);
  const { main, type } = content;
  if (typeof main !== "string" || main === "")
    throw new Error(`Cannot load the app in "${folder}": package.json has no "main", the glob of its function files`);
  return { main: main.replace(/^\.\//, ""), ...(typeof type === "string" ? { type } : {}) };
}

async function loadFile(file: string, { isModule, folder }: { isModule: boolean; folder: string }): Promise<void> {
  const extension = extname(file);
  const useImport = extension === ".mjs" || (extension !== ".cjs" && isModule);
  try {
    if (useImport) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    const reason = describeError(error);
    throw new Error(`Worker was unable to load entry point "${relative(folder, file)}": ${reason}`, { cause: error });
  }
}
