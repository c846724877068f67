import type { Environment } from "./expressions.ts";

const DEFAULT_CONNECTION = "AzureWebJobsStorage";

/** Azurite's public account, which `UseDevelopmentStorage=true` stands for; the SDKs do not all know the short form. */
const DEVELOPMENT_STORAGE = [
  "DefaultEndpointsProtocol=http",
  "AccountName=devstoreaccount1",
  "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1",
  "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1",
  "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1",
].join(";");

/**
 * Finds the storage connection string that a binding's `connection` names: the setting `AzureWebJobs<name>`, else
 * `<name>`. Throws when there is none; identity-based connections (`<name>__queueServiceUri`) are refused as such.
 */
export function resolveConnection(connection: unknown, environment: Environment): string {
  const name = typeof connection === "string" && connection !== "" ? connection : DEFAULT_CONNECTION;
  const names = [`AzureWebJobs${name}`, name];
  const value = findConnection(names, environment);
  if (value === undefined)
    throw new Error(
      `Storage account connection string '${name}' does not exist. Make sure that it is a defined App Setting.`,
    );
  return /^UseDevelopmentStorage=true;?$/i.test(value.trim()) ? DEVELOPMENT_STORAGE : value;
}

/**
 * The first of these settings that has a value; undefined when none has. Throws when one of them is identity-based: spelled
 * as a group of settings that begin with `<name>__`.
 */
export function findConnection(names: readonly string[], environment: Environment): string | undefined {
  const value = names.map((name) => environment[name]).find(Boolean);
  if (value !== undefined) return value;
  const parts = Object.keys(environment).filter((key) => names.some((name) => key.startsWith(`${name}__`)));
  if (parts.length === 0) return undefined;
  throw new Error(
    `Connection '${names.at(-1) ?? ""}' is identity-based ('${parts.join("', '")}'): only connection strings are supported here`,
  );
}
