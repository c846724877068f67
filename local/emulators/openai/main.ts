/** The OpenAI emulator as a process of its own: `main.js [PORT]`. */
import { serveParent } from "../../process/serve-parent.ts";
import { startOpenAIServer } from "./server.ts";

await serveParent(async () => {
  const server = await startOpenAIServer({ port: Number(process.argv[2] ?? 0) });
  return { ready: { baseUrl: server.baseUrl }, stop: async () => server.stop() };
});
