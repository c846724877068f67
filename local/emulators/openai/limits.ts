/** OpenAI's rule of thumb for English: help.openai.com, "What are tokens and how to count them". */
export const CHARACTERS_PER_TOKEN = 4;

/** The only model that stands behind the API, whatever name a request gives it. */
export const MODEL = "millrace-extractive-1";

/** A summary's length when the request names none. */
export const DEFAULT_WORDS = 120;

/** Above this a request is refused with 413; the largest context windows on sale hold about 4 MB of English. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
