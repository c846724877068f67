import { poisonQuerySchema, poisonViewSchema } from "../contract/poison-view.ts";
import { peekPoison } from "../dead-letters/peek-poison.ts";
import { presentPoison } from "./present-poison.ts";
import { defineRoute } from "./route.ts";
import type { Route } from "./route.ts";

export const poisonRoutes: readonly Route[] = [
  defineRoute({
    name: "poison-peek",
    methods: ["GET"],
    path: "api/ops/poison",
    access: "operator",
    tag: "dead-letters",
    summary: "Look at messages that the host gave up and no function has read yet; looking changes nothing",
    query: poisonQuerySchema,
    answers: { 200: { description: "The messages of each capability", schema: poisonViewSchema } },
    problems: ["INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, { query }) {
      return { status: 200, json: presentPoison(await peekPoison(app, query.capability)) };
    },
  }),
];
