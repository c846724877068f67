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
  testTimeout: 60_000,
  maxWorkers: 2,
  coverageProvider: "v8",
  coverageDirectory: "coverage",
  collectCoverageFrom: ["dist/src/**/*.js", "dist/local/**/*.js"],
};
