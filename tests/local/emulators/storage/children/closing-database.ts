import { createRequire } from "node:module";
import { saveSoon } from "../../../../../local/emulators/storage/autosave.ts";

/** Closes a database while it is being saved, and ends when told that it is closed, as the storage process does. */
interface Loki {
  addCollection(name: string): { insert(entry: object): void };
  saveDatabase(): void;
  close(callback: () => void): void;
}

saveSoon();
const require = createRequire(createRequire(import.meta.url).resolve("azurite/dist/src/azurite.js"));
const LokiDatabase = require("lokijs") as new (path: string, options: object) => Loki;
const database = new LokiDatabase(process.argv[2] ?? "", { persistenceMethod: "fs", autosave: true });
database.addCollection("notes").insert({ text: "remember me" });
database.saveDatabase();
database.close(() => process.exit(0));
