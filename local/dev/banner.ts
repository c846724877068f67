import { relative } from "node:path";
import type { StoragePorts } from "../emulators/storage/connection-string.ts";
import { DEFAULT_PORTS } from "../emulators/storage/limits.ts";
import { readNeeds } from "./environment.ts";

export interface BannerFacts {
  readonly url: string;
  readonly samplesOrigin: string;
  readonly storagePorts: StoragePorts | undefined;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a person sees when all is ready: where things are, and a request to paste. */
export function formatBanner({ url, samplesOrigin, storagePorts, data, env }: BannerFacts): string {
  const needs = readNeeds(env);
  const body = {
    job_type: "thumbnail",
    customer_id: "cust-123",
    payload: { asset_url: `${samplesOrigin}/mill.png` },
  };
  return `
  Millrace is ready

  API       ${url}/api
  Docs      ${url}/api/docs
  Health    ${url}/api/health/ready
  Samples   ${samplesOrigin}/mill.png
  Storage   ${storageLine(storagePorts)}
  Model     ${needs.openai ? "offline, no key needed, no cost" : "as the environment says"}
  Data      ${relative(process.cwd(), data) || "."}

  Try it (Ctrl-C stops):

  curl -s -X POST ${url}/api/jobs -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'
`;
}

/** What a storage tool must be told to reach it. */
function storageLine(ports: StoragePorts | undefined): string {
  if (!ports) return "as AzureWebJobsStorage says";
  const { blob, queue, table } = ports;
  const isUsual = blob === DEFAULT_PORTS.blob && queue === DEFAULT_PORTS.queue && table === DEFAULT_PORTS.table;
  return isUsual
    ? "on this machine, connection string UseDevelopmentStorage=true"
    : `on this machine, ports ${blob} (blobs), ${queue} (queues), ${table} (tables)`;
}
