/**
 * The floors of the house. Imports go down, never sideways through the back door, never up.
 * A rule that says `reachable` or names a floor says why in its comment: change the house with an ADR, not the rule alone.
 */

/** From the roof to the ground; each floor may use the floors below it. `contract` stands beside all of them. */
const floors = [
  ["http", "intake"],
  ["operations", "schedules"],
  ["batches", "windows", "dead-letters"],
  ["jobs"],
  ["profiles", "steps"],
  ["models", "files", "documents", "realtime", "delivery", "identity"],
  ["platform"],
];
const folder = (names) => `^src/(${names.join("|")})/`;

const upward = floors.slice(1).map((names, index) => ({
  name: `not-upwards-from-${names[0]}`,
  comment: `${names.join(", ")} may not know the floors above: what they need from there is passed in as an argument.`,
  severity: "error",
  from: { path: folder(names) },
  to: { path: [folder(floors.slice(0, index + 1).flat()), "^src/(app|main)\\.[jt]s$"] },
}));

const sideways = floors
  .filter((names) => names.length > 1)
  .map((names) => ({
    name: `not-sideways-on-${names[0]}`,
    comment:
      "Neighbours on one floor do not know each other: where two need each other, the lower one owns the data and the upper one the verb.",
    severity: "error",
    from: { path: `^src/(${names.join("|")})/` },
    to: { path: folder(names), pathNot: "^src/$1/" },
  }));

/** The rooms of `jobs`, from the upper ones down to what a job is. What clients ask of a job stands above them, in the folder itself. */
const rooms = ["supervision", "orchestration", "work", "waits", "sequences", "store", "life"];
const upstairs = rooms.map((room, index) => ({
  name: `not-upwards-from-jobs-${room}`,
  comment: "A room of jobs knows the rooms below it: what it needs from above is passed in as an argument.",
  severity: "error",
  from: { path: `^src/jobs/${room}/` },
  to: { path: [...rooms.slice(0, index).map((above) => `^src/jobs/${above}/`), "^src/jobs/[^/]+\\.[jt]s$"] },
}));

module.exports = {
  forbidden: [
    ...upward,
    ...upstairs,
    ...sideways.filter((rule) => rule.name !== "not-sideways-on-profiles"),
    {
      name: "steps-do-not-know-profiles",
      comment: "A profile is made of steps; the step runner never asks which profile it runs.",
      severity: "error",
      from: { path: "^src/steps/" },
      to: { path: "^src/profiles/" },
    },
    {
      name: "orchestrators-know-their-plan-alone",
      comment: "They are replayed: whatever else they asked could answer otherwise the next time.",
      severity: "error",
      from: { path: "^src/jobs/orchestration/orchestrators/" },
      to: {
        pathNot: ["^src/jobs/orchestration/orchestrators/", "^src/jobs/orchestration/plan[.]ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "contract-stands-alone",
      comment: "The wire contract is shared with clients and browsers: it imports zod and nothing else.",
      severity: "error",
      from: { path: "^src/contract/" },
      to: { pathNot: ["^src/contract/", "^node_modules/zod(-openapi)?/"] },
    },
    {
      name: "local-and-src-never-meet",
      comment: "The seams are wire protocols: local/ serves any Functions app, and src/ cannot tell where it runs.",
      severity: "error",
      from: { path: "^(src|functions)/" },
      to: { path: "^local/" },
    },
    {
      name: "src-never-met-by-local",
      comment: "The seams are wire protocols: the local runtime knows nothing of Millrace's code.",
      severity: "error",
      from: { path: "^local/" },
      to: { path: "^(src|functions)/" },
    },
    {
      name: "host-knows-no-neighbour",
      comment:
        "local/host runs any Functions v4 app; it does not know which emulators stand beside it or which product is run.",
      severity: "error",
      from: { path: "^local/host/" },
      to: { path: "^local/(?!host/)" },
    },
    {
      name: "only-app-and-functions-assemble",
      comment: "functions/ registers triggers from the assembled app; nobody imports functions/.",
      severity: "error",
      from: { path: "^(src|local|tests|bench)/" },
      to: { path: "^functions/" },
    },
    {
      name: "product-does-not-import-tests",
      comment: "Tests and benches use the product, never the other way round.",
      severity: "error",
      from: { path: "^(src|functions|local)/" },
      to: { path: "^(tests|bench)/" },
    },
    { name: "no-circular", comment: "A circle has no floor.", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-dev-dependencies-in-product",
      comment: "What is deployed must install with production dependencies only.",
      severity: "error",
      from: { path: "^(src|functions)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm"] },
    },
    {
      name: "not-to-unresolvable",
      comment: "A typo in an import.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      mainFields: ["main"],
    },
  },
};
