import { fileURLToPath } from "node:url";

/** The project's own folder, three above this file once it is compiled (dist/local/dev). */
export const PROJECT_FOLDER = fileURLToPath(new URL("../../../", import.meta.url));
