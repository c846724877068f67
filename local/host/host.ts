import { resolve } from "node:path";
import { createAdminRoutes } from "./admin/admin-routes.ts";
import { createDrain } from "./admin/drain.ts";
import { createBlobSignals } from "./blobs/blob-signals.ts";
import { resolveHostId } from "./config/host-id.ts";
import { readHostJson } from "./config/host-json.ts";
import type { HostJson } from "./config/host-json.ts";
import { applyValues, readLocalSettings } from "./config/local-settings.ts";
import { prepareStateFolder } from "./config/state-folder.ts";
import { createDurableHost } from "./durable/create-durable-host.ts";
import { createManagementApi } from "./durable/management/management-api.ts";
import { createRpcListener } from "./durable/management/rpc-listener.ts";
import { buildCatalog } from "./functions/catalog.ts";
import type { CatalogEntry } from "./functions/catalog.ts";
import { createInvoker } from "./functions/invoker.ts";
import type { HostContext } from "./host-context.ts";
import { compileOptions } from "./host-options.ts";
import type { CompiledOptions, HostOptions } from "./host-options.ts";
import { createLogFilter } from "./logging/log-level.ts";
import { createLog } from "./logging/log.ts";
import type { Log } from "./logging/log.ts";
import { createOwnership } from "./ownership/create-ownership.ts";
import { createInstanceId } from "./ownership/instance-id.ts";
import { createQueueSignals } from "./queues/queue-signals.ts";
import { createCors } from "./server/cors.ts";
import { startServer } from "./server/http-server.ts";
import type { HostServer } from "./server/http-server.ts";
import { openKeyRing } from "./server/keys.ts";
import { stopHost } from "./stop-host.ts";
import type { RunningHost } from "./stop-host.ts";
import { createTools } from "./tools/home-page.ts";
import { triggerExtensions } from "./triggers/registry.ts";
import type { TriggerExtension } from "./triggers/trigger-extension.ts";
import { createCore, installCoreModule } from "./worker/core-module.ts";
import type { Core } from "./worker/core-module.ts";
import { enterApp } from "./worker/enter-app.ts";
import { createHooks } from "./worker/hooks.ts";
import { loadApp } from "./worker/load-app.ts";

/** A running function app. */
export interface Host {
  /** Where it answers, for programs; `displayUrl` says the same to people. */
  readonly url: string;
  readonly displayUrl: string;
  readonly functions: readonly HostedFunction[];
  /** Takes no new work, waits for running invocations up to the drain time, and runs the appTerminate hooks. */
  stop(): Promise<void>;
}

export interface HostedFunction {
  readonly name: string;
  /** Methods and URL of an HTTP function, the trigger's type of others. Undefined when the function is in error. */
  readonly description?: string;
  readonly isDisabled: boolean;
  readonly error?: string;
}

let isStarted = false;

/**
 * Starts the function app of a folder: loads its compiled code into this process and serves its HTTP, queue and timer
 * triggers. Rejects when the port is taken, host.json or a setting is wrong, or a file of the app does not load; a single
 * function that cannot be served is in error and the others run. One host per process and for its whole life, because
 * `@azure/functions` remembers the first host it met.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  if (isStarted) throw new Error("Cannot start a second host in this process: start another process for it");
  const folder = resolve(options.appFolder);
  const settings = await readLocalSettings(folder);
  applyValues(settings.values, process.env);
  const hostJson = await readHostJson(folder, process.env);
  const compiled = compileOptions(options, settings);
  const onError = (error: Error): void => {
    compiled.sink({ level: "error", logger: "Host.General", message: `The HTTP server: ${error.message}` });
  };
  const server = await startServer({ ...compiled, onError, cors: settings.cors && createCors(settings.cors) });
  isStarted = true;
  try {
    enterApp(folder, server.displayUrl);
    await prepareStateFolder(compiled.stateFolder);
    const { core, context } = await loadInto(hostJson, compiled, server);
    return await serve({ core, context, server, drainMs: compiled.drainMs }, compiled.onServing).catch(
      (error: unknown) => {
        context.durableRpc.stop();
        throw error;
      },
    );
  } catch (error) {
    void server.stop();
    server.destroy();
    throw error;
  }
}

/** Loads the app and gathers what its triggers and bindings need. */
async function loadInto(
  hostJson: HostJson,
  options: CompiledOptions,
  { url, displayUrl }: HostServer,
): Promise<{ core: Core; context: HostContext }> {
  const { appFolder, logLevel, sink, stateFolder, enableAuth, queueVisibilityMs, ownerLeaseMs } = options;
  const hooks = createHooks();
  const filter = createLogFilter(logLevel ? { default: logLevel } : hostJson.logLevels);
  const log = createLog({ filter, sink, hooks });
  const core = createCore(log, hooks);
  installCoreModule(core.api);
  const { model, capabilities } = await loadApp(core, appFolder);
  const invoker = createInvoker({ model, hooks, log }, hostJson.functionTimeoutMs);
  const instanceId = createInstanceId();
  const ownership = createOwnership({ stateFolder, instanceId, url, leaseMs: ownerLeaseMs, log });
  const context: HostContext = {
    hostJson,
    environment: process.env,
    log,
    invoker,
    capabilities,
    durable: createDurableHost({ hostJson, environment: process.env, log, invoker, ownership, stateFolder }),
    durableRpc: createRpcListener(log),
    queueSignals: createQueueSignals(),
    blobSignals: createBlobSignals(),
    hostId: resolveHostId(process.env, appFolder),
    keys: enableAuth ? await openKeyRing(stateFolder) : undefined,
    stateFolder,
    ownership,
    hostUrl: displayUrl,
    instanceId,
    queueVisibilityMs,
  };
  return { core, context };
}

async function serve(parts: Omit<RunningHost, "extensions">, onServing: CompiledOptions["onServing"]): Promise<Host> {
  const { core, context, server } = parts;
  const extensions = triggerExtensions.map((create) => create(context));
  const catalog = buildCatalog(core.functions.values(), extensions, context);
  logErrors(catalog, context.log);
  const drain = createDrain(context, extensions);
  const admin = createAdminRoutes({ context, catalog, hostUrl: server.displayUrl, drain });
  const tools = createTools({ context, catalog });
  const management = createManagementApi(context, server.url);
  const requestHandlers = extensions.flatMap(requestHandler);
  server.serve([tools.instances, admin, management.webhook, ...requestHandlers, tools.home]);
  await context.durableRpc.start(management.rpc);
  const stop = () => stopHost({ ...parts, extensions });
  onServing({ stop });
  for (const extension of extensions) await extension.start();
  await context.ownership.start();
  return {
    url: server.url,
    displayUrl: server.displayUrl,
    functions: catalog.map((entry) => present(entry, server.displayUrl)),
    stop,
  };
}

function requestHandler(extension: TriggerExtension): NonNullable<TriggerExtension["handleRequest"]>[] {
  return extension.handleRequest ? [extension.handleRequest.bind(extension)] : [];
}

function logErrors(catalog: readonly CatalogEntry[], log: Log): void {
  if (catalog.length === 0)
    log.host("warning", "No functions found: the app registered none, or host.json allows none.");
  for (const { name, error } of catalog)
    if (error !== undefined) log.host("error", `The '${name}' function is in error: ${error}`);
}

function present({ name, isDisabled, served, error }: CatalogEntry, hostUrl: string): HostedFunction {
  return {
    name,
    isDisabled,
    ...(served ? { description: served.extension.describe(served.fn, hostUrl) } : {}),
    ...(error === undefined ? {} : { error }),
  };
}
