/**
 * The SDK waits 4, 12 and 28 seconds between its tries, for services that are far away. Here pollers go on by themselves
 * and what fails is seen, so it is better to know soon: 100, 300, 700 and 1000 ms.
 */
export const STORAGE_RETRIES = { maxTries: 5, retryDelayInMs: 100, maxRetryDelayInMs: 1000 };

/** The same in the words of the tables' SDK. */
export const TABLE_RETRIES = { maxRetries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 1000 };
