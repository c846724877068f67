// A shorthand for each method; without `methods`, `app.http` takes GET and POST.
import { app } from "@azure/functions";
import type { HttpHandler } from "@azure/functions";

const handler: HttpHandler = (request, context) => ({ body: `${context.functionName} ${request.method}` });

app.get("onlyGet", { authLevel: "anonymous", route: "methods/get", handler });
app.post("onlyPost", { authLevel: "anonymous", route: "methods/post", handler });
app.put("onlyPut", { authLevel: "anonymous", route: "methods/put", handler });
app.patch("onlyPatch", { authLevel: "anonymous", route: "methods/patch", handler });
app.deleteRequest("onlyDelete", { authLevel: "anonymous", route: "methods/delete", handler });
app.http("getAndPost", { authLevel: "anonymous", route: "methods/default", handler });
