// node dist/tests/conformance/build-app.js app esm /tmp/conformance-esm
// Lays a sample app out as its author would have it: compiled code in dist/, package.json, host.json, local.settings.json
// and node_modules. From one source as ES modules or as CommonJS, so that both ways of loading an app are tested.
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const MODULE_KINDS = { esm: ts.ModuleKind.ESNext, commonjs: ts.ModuleKind.CommonJS };
type ModuleSystem = keyof typeof MODULE_KINDS;

await main(process.argv.slice(2));

async function main([app = "", moduleSystem = "", folder = ""]: readonly string[]): Promise<void> {
  const source = resolve("tests/conformance", app);
  if (!app || !isModuleSystem(moduleSystem) || !folder)
    throw new Error(
      "Say which app, as which modules, and where to: build-app.js app|streaming-app esm|commonjs FOLDER",
    );
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(source, { recursive: true }))
    if (file.endsWith(".ts")) await compile(join(source, file), { moduleSystem, to: join(folder, "dist", file) });
  for (const file of ["host.json", "local.settings.json"]) await copyFile(join(source, file), join(folder, file));
  await writeFile(join(folder, "package.json"), JSON.stringify(describePackage(app, moduleSystem), undefined, 2));
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
}

function isModuleSystem(text: string): text is ModuleSystem {
  return text in MODULE_KINDS;
}

async function compile(file: string, { moduleSystem, to }: { moduleSystem: ModuleSystem; to: string }): Promise<void> {
  const { outputText } = ts.transpileModule(await readFile(file, "utf8"), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: MODULE_KINDS[moduleSystem],
      esModuleInterop: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to.replace(/\.ts$/, ".js"), outputText);
}

function describePackage(app: string, moduleSystem: ModuleSystem): object {
  return {
    name: `conformance-${app}-${moduleSystem}`,
    private: true,
    type: moduleSystem === "esm" ? "module" : "commonjs",
    main: "dist/*/*.js",
    dependencies: { "@azure/functions": "4.16.5", "durable-functions": "3.5.0" },
    scripts: { start: "func start" },
  };
}
