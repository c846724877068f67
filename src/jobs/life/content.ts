import { z } from "zod";

/** Large content stands in a blob and is referred to; small content stands in the row. */
export const contentSchema = z.union([
  z.object({ inline: z.unknown() }),
  z.object({ blob: z.string(), bytes: z.int() }),
]);
export type Content = z.infer<typeof contentSchema>;
