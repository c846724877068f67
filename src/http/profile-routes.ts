import { z } from "zod";
import { profileListSchema, profileViewSchema } from "../contract/profile-view.ts";
import { presentProfile } from "./present-profile.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";

export const profileRoutes: readonly Route[] = [
  defineRoute({
    name: "profiles-list",
    methods: ["GET"],
    path: "api/profiles",
    access: "key",
    tag: "profiles",
    summary: "List the job types and their contracts",
    answers: { 200: { description: "Every job type", schema: profileListSchema } },
    problems: [],
    handle: ({ profiles, settings }) => ({
      status: 200,
      json: { value: profiles.all.map((profile) => presentProfile(profile, settings)) },
    }),
  }),

  defineRoute({
    name: "profiles-get",
    methods: ["GET"],
    path: "api/profiles/{id}",
    access: "key",
    tag: "profiles",
    summary: "Read the contract of one job type",
    params: z.object({ id: z.string().min(1).max(64) }),
    answers: { 200: { description: "The job type", schema: profileViewSchema } },
    problems: ["UNKNOWN_JOB_TYPE"],
    handle: ({ profiles, settings }, { params }) => ({
      status: 200,
      json: presentProfile(profiles.require(params.id), settings),
    }),
  }),
];
