import { z } from "zod";

const port = z.number().int().min(0).max(65_535);

/** What the storage process is told at its start, as JSON in its only argument. */
export const storageSettings = z.object({
  folder: z.string().min(1),
  /** Empties the folder first. */
  fresh: z.boolean(),
  /** 0 takes any free port. */
  ports: z.object({ blob: port, queue: port, table: port }),
});

/** What it says when it listens. */
export const storageReady = z.object({ ports: z.object({ blob: port, queue: port, table: port }) });

export type StorageSettings = z.infer<typeof storageSettings>;
