import { z } from "zod";
import { jobIdSchema } from "../contract/ids.ts";

/** The heading that the routes of jobs stand under in the API document. */
export const JOBS_TAG = "async-jobs";

/** What the path of every route about one job holds. */
export const jobParams = z.object({ job_id: jobIdSchema });
