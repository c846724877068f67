// node tools/run.mjs local/dev/start.ts --port 7072
// Builds, then runs the compiled module in this same process: one verb for npm on every system, and one process fewer
// between a Ctrl-C and what it should stop.
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { build } from "./build.mjs";

build();
const [node, , entry = "", ...rest] = argv;
const module = resolve("dist", entry.replace(/\.ts$/, ".js"));
argv.splice(0, argv.length, node, module, ...rest);
await import(pathToFileURL(module).href);
