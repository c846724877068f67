import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { fileViewSchema } from "../../src/contract/file-view.ts";
import { makePdf } from "../support/pdfs.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp, TestResponse } from "../support/test-app.ts";

const PDF = "application/pdf";
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(8)]);

describe("POST /api/files", () => {
  let test: TestApp;
  let pdf: Buffer;
  beforeAll(async () => {
    test = await createTestApp();
    pdf = await makePdf({ pages: ["One."] });
  });

  const upload = async (body: Buffer, type: string, query = ""): Promise<TestResponse> =>
    test.request("POST", `/api/files${query}`, { body, headers: { "content-type": type } });

  const submit = async (fileId: unknown, headers: Record<string, string> = {}) =>
    test.request("POST", "/api/jobs", {
      body: { job_type: "summarize-pdf", payload: { document: { file_id: fileId } } },
      headers,
    });

  it("keeps the bytes and says what they are", async () => {
    const answer = await upload(pdf, `${PDF}; charset=binary`, "?name=report.pdf");
    expect(answer.status).toBe(201);
    expect(fileViewSchema.strict().parse(answer.json)).toMatchObject({
      name: "report.pdf",
      bytes: pdf.length,
      sha256: createHash("sha256").update(pdf).digest("hex"),
      content_type: PDF,
    });
    const stored = await test.app.files.read({ workspaceId: "default", fileId: String(answer.json["file_id"]) });
    expect(stored.content.equals(pdf)).toBe(true);
    expect(stored.file.uploadedAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ["control characters", "a%00b%0d%0ac.pdf", "abc.pdf"],
    ["marks that turn the direction of text", "invoice%E2%80%AEfdp.exe", "invoicefdp.exe"],
    ["a path, which stays a text", "..%2F..%2Fetc%2Fpasswd", "../../etc/passwd"],
    ["other alphabets", "%E5%A0%B1%E5%91%8A.pdf", "報告.pdf"],
  ])("cleans the name of %s", async (_, query, name) => {
    expect((await upload(pdf, PDF, `?name=${query}`)).json["name"]).toBe(name);
  });

  it.each(["", "?name=%00%E2%80%AE"])("needs no name: %j", async (query) => {
    const { status, json } = await upload(pdf, PDF, query);
    expect(status).toBe(201);
    expect(json).not.toHaveProperty("name");
  });

  it("gives the same bytes two ids", async () => {
    const [one, other] = [await upload(pdf, PDF), await upload(pdf, PDF)];
    expect(one.json["file_id"]).not.toBe(other.json["file_id"]);
  });

  it("makes a file that a job can name", async () => {
    const { json } = await upload(pdf, PDF);
    expect((await submit(json["file_id"])).status).toBe(202);
  });

  it("makes a file of one workspace only: for others it does not exist", async () => {
    const { json } = await upload(pdf, PDF);
    const answer = await submit(json["file_id"], { "x-millrace-workspace": "other" });
    expect(answer.json).toMatchObject({
      code: "VALIDATION_FAILED",
      errors: [{ pointer: "/payload/document/file_id", message: "names a file that does not exist" }],
    });
    const ref = { workspaceId: "other", fileId: String(json["file_id"]) };
    await expect(test.app.files.read(ref)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  it("refuses a payload that names a file of the wrong type, and says what it takes", async () => {
    const { status, json } = await upload(PNG, "image/png");
    expect(status).toBe(201);
    const answer = await submit(json["file_id"]);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({
      code: "VALIDATION_FAILED",
      errors: [{ pointer: "/payload/document/file_id", message: expect.stringContaining("image/png") }],
    });
  });

  it.each([
    ["image/png", PNG],
    ["image/jpeg", Buffer.from("ffd8ffe0", "hex")],
    ["image/webp", Buffer.from("RIFF\0\0\0\0WEBPVP8 ")],
    [PDF, Buffer.from(`${"\n".repeat(1000)}%PDF-1.7`)],
  ])("takes %s by the bytes it begins with", async (type, bytes) => {
    expect((await upload(bytes, type)).status).toBe(201);
    for (const other of ["image/png", "image/jpeg", "image/webp", PDF].filter((one) => one !== type))
      expect((await upload(bytes, other)).json["code"]).toBe("FILE_TYPE_MISMATCH");
  });
});
