import { z } from "zod";

/** Who set a transition off. */
export const actorSchema = z.enum(["client", "worker", "supervisor", "operator"]);
export type Actor = z.infer<typeof actorSchema>;

/** One change of a job that its history tells of. */
export const transitionSchema = z.object({
  /** The job's version that it made. */
  version: z.int(),
  event: z.string(),
  /** The phase before it; none for the first. */
  from: z.string().optional(),
  actor: actorSchema,
  /** The step that it is about, where it is about one. */
  step: z.string().optional(),
  /** Who it was, where a name was given. */
  by: z.string().optional(),
  /** What the actor gave as a reason. */
  reason: z.string().optional(),
});
export type Transition = z.infer<typeof transitionSchema>;
