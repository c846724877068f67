import { serveParent } from "../../../../local/process/serve-parent.ts";

await serveParent(async () => {
  throw new Error("the disk is full");
});
