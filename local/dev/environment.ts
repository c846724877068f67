import { MODEL } from "../emulators/openai/limits.ts";

/** What `local.settings.json.example` has in the place of a key: a copy of it names no service yet. */
const PLACEHOLDER_KEY = "put-a-key-here";

/** Which stand-ins this environment leaves to us. Whoever names a real service gets that service. */
export interface Needs {
  readonly storage: boolean;
  readonly openai: boolean;
}

export function readNeeds(env: NodeJS.ProcessEnv): Needs {
  const storage = env["AzureWebJobsStorage"] ?? "";
  const key = env["OPENAI_API_KEY"] ?? "";
  return {
    storage: storage === "" || storage === "UseDevelopmentStorage=true",
    openai: (key === "" || key === PLACEHOLDER_KEY) && !env["OPENAI_BASE_URL"] && !env["AZURE_OPENAI_ENDPOINT"],
  };
}

/** Where the stand-ins are; absent where a real service is used. */
export interface Addresses {
  readonly storageConnectionString: string | undefined;
  readonly openaiBaseUrl: string | undefined;
  /** The origin of the sample files, which the app may then fetch although it is on this machine. */
  readonly samplesOrigin: string;
}

/** The local model costs nothing; the app asks for a price per model. */
const FREE = JSON.stringify({ [MODEL]: { input_per_million_usd: 0, output_per_million_usd: 0 } });

/** The environment of the Functions host: ours as it is, and where the stand-ins are. */
export function toHostEnvironment(env: NodeJS.ProcessEnv, addresses: Addresses): NodeJS.ProcessEnv {
  const { storageConnectionString, openaiBaseUrl, samplesOrigin } = addresses;
  return {
    ...env,
    ...(storageConnectionString !== undefined && { AzureWebJobsStorage: storageConnectionString }),
    ...(openaiBaseUrl !== undefined && {
      OPENAI_BASE_URL: openaiBaseUrl,
      OPENAI_API_KEY: "local",
      // Not `??`: an empty setting counts as not set.
      MODEL: env["MODEL"] || MODEL,
      MODEL_PRICES: env["MODEL_PRICES"] || FREE,
    }),
    FETCH_ALLOWED_ORIGINS: [env["FETCH_ALLOWED_ORIGINS"], samplesOrigin].filter(Boolean).join(","),
  };
}
