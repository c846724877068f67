import { z } from "zod";

const stateSchema = z.enum(["ok", "failing"]);

/** `live`: the process answers. `ready`: so do the services it cannot work without. */
export const healthViewSchema = z
  .object({ status: stateSchema, checks: z.record(z.string(), stateSchema).optional() })
  .meta({ id: "Health" });
export type HealthView = z.infer<typeof healthViewSchema>;
