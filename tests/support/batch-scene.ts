import { MillraceError } from "../../src/platform/errors.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { echoProfile } from "./profiles.ts";
import { createTestApp } from "./test-app.ts";
import type { TestApp, TestAppOptions, TestResponse } from "./test-app.ts";

export interface AskedItem {
  readonly key: string;
  readonly depends_on?: readonly string[];
  readonly payload?: unknown;
  readonly job_type?: string;
}

/** A batch as the API shows it. */
interface BatchView {
  readonly status: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly items: readonly {
    readonly key: string;
    readonly status: string;
    readonly job_id?: string;
    readonly depends_on: readonly string[];
    readonly error?: { readonly code: string; readonly message: string };
  }[];
  readonly finally?: { readonly status: string; readonly job_id?: string; readonly error?: { readonly code: string } };
}

export interface BatchScene extends TestApp {
  /** Payload texts in the order in which workers began them. */
  readonly begun: string[];
  submit(items: readonly AskedItem[], more?: object): Promise<TestResponse>;
  /** The same, of a batch that is accepted: its id. */
  accepted(items: readonly AskedItem[], more?: object): Promise<string>;
  view(batchId: string): Promise<BatchView>;
  /** Statuses by key. */
  statuses(batchId: string): Promise<Record<string, string>>;
  /** Gives every message to its function, until there is none. Returns how many there were. */
  settle(): Promise<number>;
}

/** A job type that notes what it begins, and refuses texts that begin with "bad" for good. */
export function notingProfile(begun: string[]): Profile {
  return echoProfile(async ({ payload }) => {
    begun.push(payload.text);
    if (payload.text.startsWith("bad")) throw new MillraceError("PDF_ENCRYPTED", "The file is locked");
    return payload;
  });
}

/** The app with that job type. Items without a payload have their key for a text. */
export async function createBatchScene(options: TestAppOptions = {}): Promise<BatchScene> {
  const begun: string[] = [];
  const test = await createTestApp({ profiles: [notingProfile(begun)], ...options });
  const submit: BatchScene["submit"] = async (items, more = {}) => {
    const body = { items: items.map((item) => ({ job_type: "echo", payload: { text: item.key }, ...item })), ...more };
    return test.request("POST", "/api/batches", { body });
  };
  const view: BatchScene["view"] = async (batchId) => {
    const { json } = await test.request("GET", `/api/batches/${batchId}`);
    return json as unknown as BatchView;
  };
  return {
    ...test,
    begun,
    submit,
    view,
    async accepted(items, more) {
      const { status, json, text } = await submit(items, more);
      if (status !== 202) throw new Error(`The batch was refused: ${text}`);
      return String(json["batch_id"]);
    },
    async statuses(batchId) {
      return Object.fromEntries((await view(batchId)).items.map(({ key, status }) => [key, status]));
    },
    async settle() {
      let delivered = 0;
      for (let last = 1; last > 0; delivered += last)
        last = (await test.deliver("batch-requests")) + (await test.deliver("job-requests"));
      return delivered;
    },
  };
}
