import { z } from "zod";

/** Large content stands in a blob and is referred to; small content stands in the row. */
export const contentSchema = z.union([
  z.object({ inline: z.unknown() }),
  /** `digest`: of the value as canonical JSON, where somebody is going to compare it. */
  z.object({ blob: z.string(), bytes: z.int(), digest: z.string().optional() }),
]);
export type Content = z.infer<typeof contentSchema>;
