import { fileViewSchema, uploadQuerySchema } from "../contract/file-view.ts";
import type { FileView } from "../contract/file-view.ts";
import { UPLOAD_MEDIA_TYPES } from "../files/media-types.ts";
import { uploadFile } from "../files/upload-file.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";

export const fileRoutes: readonly Route[] = [
  defineRoute({
    name: "files-upload",
    methods: ["POST"],
    path: "api/files",
    access: "key",
    tag: "files",
    summary: "Upload a file, to be named in payloads by its file_id",
    query: uploadQuerySchema,
    body: { kind: "bytes", mediaTypes: UPLOAD_MEDIA_TYPES },
    answers: { 201: { description: "Stored", schema: fileViewSchema } },
    problems: [
      ...(["BODY_EMPTY", "INVALID_QUERY", "LENGTH_REQUIRED"] as const),
      ...(["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "FILE_TYPE_MISMATCH", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, { workspaceId, query, body }) {
      const file = await uploadFile(app, { workspaceId, name: query.name, ...body });
      const view: FileView = {
        file_id: file.fileId,
        ...(file.name && { name: file.name }),
        bytes: file.bytes,
        sha256: file.sha256,
        content_type: file.contentType,
      };
      return { status: 201, json: view };
    },
  }),
];
