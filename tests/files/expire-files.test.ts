import { describe, expect, it } from "@jest/globals";
import { expireFiles } from "../../src/files/expire-files.ts";
import { uploadFile } from "../../src/files/upload-file.ts";
import { echoProfile } from "../support/profiles.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import { collectLog } from "../support/sinks.ts";

const DAY_MS = 24 * 3_600_000;
const PDF = { contentType: "application/pdf", content: Buffer.from("%PDF-1.7") };

describe("expireFiles()", () => {
  it("removes a file when the days after its upload are over, and no other (R-201)", async () => {
    const site = await createSimulatedSite([echoProfile()], { FILE_RETENTION_DAYS: "10" });
    const { app } = site;
    const expire = async () => expireFiles(app, collectLog().sink);
    const old = await uploadFile(app, { workspaceId: "w", ...PDF });
    site.now = new Date(site.now.getTime() + 1);
    const young = await uploadFile(app, { workspaceId: "default", ...PDF });
    site.now = new Date(old.uploadedAt.getTime() + 10 * DAY_MS);
    expect(await expire()).toBe(0);
    site.now = new Date(site.now.getTime() + 1);
    expect(await expire()).toBe(1);
    await expect(app.files.read(old)).rejects.toMatchObject({ code: "FILE_NOT_FOUND", kind: "permanent" });
    expect((await app.files.read(young)).content).toEqual(PDF.content);
    expect(await site.blobNames()).toEqual([`files/default/${young.fileId}`]);
    expect(await expire()).toBe(0);
  });

  it("removes as many as there are", async () => {
    const site = await createSimulatedSite([echoProfile()]);
    for (let count = 0; count < 250; count++) await uploadFile(site.app, { workspaceId: "w", ...PDF });
    site.now = new Date(site.now.getTime() + 366 * DAY_MS);
    const { sink, lines } = collectLog();
    expect(await expireFiles(site.app, sink)).toBe(250);
    expect(lines).toEqual(['info files expired {"count":250}']);
    expect(await site.blobNames()).toEqual([]);
  });

  it("leaves no file that can be found and not read, wherever it dies", async () => {
    for (const at of ["before", "after"] as const)
      for (let nth = 1; ; nth++) {
        const site = await createSimulatedSite([echoProfile()]);
        const file = await uploadFile(site.app, { workspaceId: "w", ...PDF });
        site.now = new Date(site.now.getTime() + 366 * DAY_MS);
        const died = await site.die({ nth, at }, async (app) => expireFiles(app, collectLog().sink));
        if (await site.app.files.find(file)) expect((await site.app.files.read(file)).content).toEqual(PDF.content);
        if (died) continue;
        expect(nth).toBe(3);
        break;
      }
  });
});
