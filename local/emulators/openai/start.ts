import { z } from "zod";
import { startChild, type Child } from "../../process/start-child.ts";

export interface OpenAIEmulator extends Child {
  /** For `OPENAI_BASE_URL`; any key will do. */
  readonly baseUrl: string;
}

const readyMessage = z.object({ baseUrl: z.url() });

/** Starts the OpenAI emulator in a process of its own, on any free port of 127.0.0.1 unless one is given. */
export async function startOpenAIEmulator(
  options: { readonly port?: number; readonly abortSignal?: AbortSignal } = {},
): Promise<OpenAIEmulator> {
  const child = await startChild({
    name: "OpenAI emulator",
    module: new URL("main.js", import.meta.url),
    args: [String(options.port ?? 0)],
    parseReady: (message) => readyMessage.parse(message),
    ...(options.abortSignal && { abortSignal: options.abortSignal }),
  });
  return { ...child, baseUrl: child.ready.baseUrl };
}
