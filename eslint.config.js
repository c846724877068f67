import comments from "@eslint-community/eslint-plugin-eslint-comments/configs";
import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

const sizes = {
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
  "max-params": ["error", 3],
  complexity: ["error", 12],
};

const readSettings = { object: "process", property: "env", message: "Read settings through src/platform/settings.ts." };

/** Folders whose decisions must be functions of their arguments: time and chance come in from platform/. */
const pureFolders = ["src/contract", "src/profiles", "src/jobs", "src/steps", "src/http"].map(
  (folder) => `${folder}/**/*.ts`,
);

export default tseslint.config(
  { ignores: ["dist/", "coverage/", ".millrace/", "tests/fixtures/"] },
  js.configs.recommended,
  comments.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    rules: {
      ...sizes,
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: false }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { ignoreRestSiblings: true, varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "import-x/no-default-export": "error",
      "import-x/order": ["error", { alphabetize: { order: "asc" }, "newlines-between": "never" }],
    },
  },
  {
    rules: {
      "@eslint-community/eslint-comments/require-description": ["error", { ignore: ["eslint-enable"] }],
      "@eslint-community/eslint-comments/no-unused-disable": "error",
    },
  },
  {
    files: ["src/**/*.ts", "functions/**/*.ts"],
    rules: { "no-console": "error", "no-restricted-properties": ["error", readSettings] },
  },
  { files: ["src/platform/settings.ts"], rules: { "no-restricted-properties": "off" } },
  {
    files: pureFolders,
    rules: {
      "no-restricted-properties": [
        "error",
        readSettings,
        { object: "Date", property: "now", message: "Take `now` as a parameter, or use the Clock of platform/." },
        { object: "Math", property: "random", message: "Take the number as a parameter." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Take `now` as a parameter, or use the Clock of platform/.",
        },
      ],
    },
  },
  {
    // They are replayed from the beginning whenever something happens: each run must do what the one before did.
    files: ["src/jobs/orchestration/orchestrators/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["Promise", "setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch", "crypto", "performance"],
        ...["process"],
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Take the time from context.df.currentUtcDateTime.",
        },
        { selector: "AwaitExpression", message: "Yield a task of context.df instead." },
        { selector: ":function[async=true]", message: "An orchestrator is a generator function." },
      ],
    },
  },
  {
    files: ["tests/**/*.ts", "bench/**/*.ts"],
    rules: { "max-lines": ["error", 500], "max-lines-per-function": "off", complexity: "off" },
  },
  { files: ["tests/support/global-*.ts"], rules: { "import-x/no-default-export": "off" } }, // jest asks for a default export
  { files: ["**/*.{js,mjs,cjs}"], languageOptions: { globals: { process: "readonly", console: "readonly" } } },
  prettier,
);
