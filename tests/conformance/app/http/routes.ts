// Route templates: a default, a catch-all, constraints, and two templates for the same path.
import { app } from "@azure/functions";
import type { HttpFunctionOptions, HttpHandler } from "@azure/functions";

const answerParams: HttpHandler = (request, context) => ({
  jsonBody: { function: context.functionName, params: { ...request.params } },
});
const anonymous: HttpFunctionOptions = { authLevel: "anonymous", methods: ["GET"], handler: answerParams };

app.http("files", { ...anonymous, route: "files/{folder=inbox}/{*rest}" });
app.http("itemByNumber", { ...anonymous, route: "items/{number:int:min(1)}" });
app.http("itemByName", { ...anonymous, route: "items/{name:alpha:length(3,8)}" });
app.http("itemByGuid", { ...anonymous, route: "items/{guid:guid}" });
app.http("itemByPattern", { ...anonymous, route: "items/{code:regex(^x\\d+$)}" });

// The alphabetically first function wins, not the more literal route.
app.http("overlapA", { ...anonymous, route: "overlap/{any}" });
app.http("overlapB", { ...anonymous, route: "overlap/literal" });
