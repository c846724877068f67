import type {} from "@azure/openai/types"; // Azure's own fields on the client's types
import { AzureOpenAI, OpenAI } from "openai";
import type { Settings } from "../platform/settings.ts";

/** Attempts are counted and spaced by the job, in its row; retries inside the client would multiply them. */
const NO_RETRIES = 0;

/**
 * The model provider's client, unmodified. Which provider answers is a matter of address: OpenAI's own, an Azure
 * OpenAI resource (its v1 API, or a dated API version where `OPENAI_API_VERSION` is set), or any server that speaks
 * the same protocol.
 */
export function createModelClient(settings: Settings): OpenAI {
  const common = { maxRetries: NO_RETRIES, timeout: settings.MODEL_TIMEOUT_SECONDS * 1000 };
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: azureKey, OPENAI_API_VERSION: apiVersion } = settings;
  if (endpoint && azureKey && apiVersion) return new AzureOpenAI({ ...common, endpoint, apiKey: azureKey, apiVersion });
  if (endpoint && azureKey) {
    const baseURL = new URL("openai/v1/", endpoint.endsWith("/") ? endpoint : `${endpoint}/`).href;
    return new OpenAI({ ...common, baseURL, apiKey: azureKey });
  }
  return new OpenAI({
    ...common,
    apiKey: settings.OPENAI_API_KEY ?? azureKey ?? "",
    ...(settings.OPENAI_BASE_URL && { baseURL: settings.OPENAI_BASE_URL }),
  });
}
