import sharp from "sharp";
import type { OutputInfo } from "sharp";
import { z } from "zod";
import { MillraceError } from "../platform/errors.ts";
import { defineProfile } from "./define-profile.ts";

/** About 100 megapixels: what a large camera makes. A few kilobytes can claim far more. */
const MAX_PIXELS = 100_000_000;
const RESIZE_SECONDS = 20;

/** Fetches an image and makes a small one of it. Asks no model: the quickest way to see a job travel. */
export const thumbnail = defineProfile({
  id: "thumbnail",
  version: 1,
  title: "Make a thumbnail",
  description: "Fetches an image from a public address and stores a small WebP of it as an artifact.",
  durationClass: "seconds",
  capability: "images",
  modes: ["async"],

  payload: z.strictObject({
    asset_url: z.url().max(2048).meta({ description: "A public address of an image" }),
    width: z.int().min(16).max(2048).default(320).meta({ description: "In pixels; a smaller image is not enlarged" }),
  }),
  result: z.object({
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    content_type: z.string(),
    artifact: z.string().meta({ description: "The image's name among the job's artifacts" }),
  }),
  examples: [{ name: "An image on the web", payload: { asset_url: "https://example.com/image.png", width: 320 } }],

  references: ({ asset_url: url }) => [{ kind: "url", pointer: "/payload/asset_url", url }],

  steps: (start) =>
    start
      // One step: to fetch the image again costs less than to keep it.
      .step("resize", { timeoutMs: 90_000 }, async ({ payload, services, abortSignal, progress }) => {
        const { bytes } = await services.download(payload.asset_url, { accept: ["image/"], abortSignal });
        progress(0.5, "fetched");
        const image = await resize(bytes, payload.width);
        const artifact = { name: "thumbnail.webp", bytes: image.data, contentType: "image/webp" };
        await services.saveArtifact(artifact);
        const { width, height, size } = image.info;
        return { width, height, bytes: size, content_type: artifact.contentType, artifact: artifact.name };
      }),
});

async function resize(bytes: Buffer, width: number): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    return await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error" })
      .autoOrient()
      .resize({ width, withoutEnlargement: true })
      .webp()
      .timeout({ seconds: RESIZE_SECONDS })
      .toBuffer({ resolveWithObject: true });
  } catch (thrown) {
    throw new MillraceError("IMAGE_INVALID", "The address does not hold an image that can be read", { cause: thrown });
  }
}
