import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

/** An app in a folder of its own, outside of the repository. */
export interface ScratchApp {
  readonly folder: string;
  write(name: string, content: string): void;
  remove(): void;
}

const REPOSITORY_MODULES = realpathSync(resolve("node_modules"));

/** What `func init` writes for JavaScript, with the comments that its editors like to add. */
const HOST_JSON = `{
  "version": "2.0",
  "logging": {
    "applicationInsights": { "samplingSettings": { "isEnabled": true, "excludedTypes": "Request" } }
  },
  "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)" }
}`;

/** Creates an app as after `npm init -y`. "copy" gives it packages of its own, "link" those of the repository. */
export function createScratchApp(packages: "copy" | "link", type: "commonjs" | "module" = "module"): ScratchApp {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "scratch-app-")));
  const app: ScratchApp = {
    folder,
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
  app.write("package.json", JSON.stringify({ name: "scratch", version: "1.0.0", main: "src/functions/*.js", type }));
  app.write("host.json", HOST_JSON);
  if (packages === "link") {
    mkdirSync(join(folder, "node_modules/@azure"), { recursive: true });
    symlinkSync(join(REPOSITORY_MODULES, "@azure/functions"), join(folder, "node_modules/@azure/functions"));
  } else for (const name of closureOf(["@azure/functions", "durable-functions"])) copyPackage(name, folder);
  return app;
}

/** The packages that these need, by the names under which they lie at the top of node_modules. */
function closureOf(names: readonly string[]): readonly string[] {
  const places = new Set(names.map((name) => join(REPOSITORY_MODULES, name)));
  for (const place of places) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) places.add(findPackage(name, place));
  }
  const paths = [...places].map((place) => relative(REPOSITORY_MODULES, place));
  return paths.filter((path) => !path.includes("node_modules")); // those are copied with the package that has them
}

/** Where a package finds another: beside itself, or further up. */
function findPackage(name: string, from: string): string {
  const place = join(from, "node_modules", name);
  if (existsSync(place)) return place;
  return from === REPOSITORY_MODULES || !from.startsWith(REPOSITORY_MODULES)
    ? join(REPOSITORY_MODULES, name)
    : findPackage(name, dirname(from));
}

function copyPackage(name: string, folder: string): void {
  cpSync(join(REPOSITORY_MODULES, name), join(folder, "node_modules", name), { recursive: true });
}
