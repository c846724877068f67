import { relative } from "node:path";
import { readNeeds } from "./environment.ts";

export interface BannerFacts {
  readonly url: string;
  readonly samplesOrigin: string;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a person sees when all is ready: where things are, and a request to paste. */
export function formatBanner({ url, samplesOrigin, data, env }: BannerFacts): string {
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
  Storage   ${needs.storage ? "on this machine" : "as AzureWebJobsStorage says"}
  Model     ${needs.openai ? "offline, no key needed, no cost" : "as the environment says"}
  Data      ${relative(process.cwd(), data) || "."}

  Try it (Ctrl-C stops):

  curl -s -X POST ${url}/api/jobs -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'
`;
}
