/** Minutes of processes that are killed at each of their calls: `npm run test:kills` goes through all of them. */
const LONG_KILLS = [
  "/tests/harness/kills/batches/",
  "/tests/harness/kills/orchestrated",
  "/crashes/kill-at-every-append",
];

/**
 * Tests run as compiled JavaScript, the same files that ship: `npm run build` first (`npm test` does).
 * @type {import("jest").Config}
 */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/dist/tests"],
  testMatch: ["**/*.test.js"],
  transform: {},
  globalSetup: "<rootDir>/dist/tests/support/global-setup.js",
  globalTeardown: "<rootDir>/dist/tests/support/global-teardown.js",
  testPathIgnorePatterns: ["/node_modules/", ...(process.env["ALL_KILLS"] ? [] : LONG_KILLS)],
  testTimeout: 60_000,
  maxWorkers: 2,
  coverageProvider: "v8",
  coverageDirectory: "coverage",
  collectCoverageFrom: ["dist/src/**/*.js", "dist/local/**/*.js"],
};
