/**
 * The media types that can be uploaded, each with the bytes its files begin with: what a file says of itself counts,
 * not what its sender says of it.
 */
const SIGNATURES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  // A PDF's header may stand anywhere in the first 1,024 bytes (PDF 1.7 reference, appendix H.3, note 13).
  "application/pdf": (bytes) => bytes.subarray(0, 1024).includes("%PDF-"),
  "image/png": (bytes) => bytes.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex")),
  "image/jpeg": (bytes) => bytes.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex")),
  "image/webp": (bytes) =>
    bytes.subarray(0, 4).equals(Buffer.from("RIFF")) && bytes.subarray(8, 12).equals(Buffer.from("WEBP")),
};

export const UPLOAD_MEDIA_TYPES = Object.keys(SIGNATURES);

/** Whether the bytes begin as files of this media type do. */
export function looksLike(mediaType: string, bytes: Buffer): boolean {
  return SIGNATURES[mediaType]?.(bytes) ?? false;
}

/** The media type that the bytes begin like, if it is one that can be uploaded. */
export function mediaTypeOf(bytes: Buffer): string | undefined {
  return UPLOAD_MEDIA_TYPES.find((mediaType) => looksLike(mediaType, bytes));
}
