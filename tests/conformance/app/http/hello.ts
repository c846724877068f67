// Everything a request carries besides its body, and everything an answer carries besides its own.
import { app } from "@azure/functions";

app.http("hello", {
  methods: ["GET", "POST"],
  authLevel: "anonymous",
  route: "hello/{name?}",
  handler: (request, context) => ({
    status: 201,
    headers: { "x-answer": request.headers.get("x-question") ?? "none" },
    cookies: [
      { name: "plain", value: "b c" },
      { name: "full", value: "v", domain: "example.org", path: "/p", maxAge: 5, httpOnly: true, sameSite: "Strict" },
    ],
    jsonBody: {
      method: request.method,
      path: new URL(request.url).pathname,
      name: request.params["name"] ?? request.query.get("name") ?? "world",
      joined: request.query.getAll("x"),
      separate: new URL(request.url).searchParams.getAll("x"),
      function: context.functionName,
      invocation: context.invocationId,
      traceParent: context.traceContext?.traceParent,
    },
  }),
});
