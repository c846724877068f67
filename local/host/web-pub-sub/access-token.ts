import { createHmac } from "node:crypto";

const HEADER = encode({ alg: "HS256", typ: "JWT" });

export interface TokenClaims {
  /** The URL that the token opens. */
  readonly audience: string;
  readonly lifetimeInSeconds: number;
  readonly userId?: string | undefined;
}

/** A JSON web token signed by the service's access key, valid from now. */
export function createAccessToken(
  accessKey: string,
  { audience, lifetimeInSeconds, userId }: TokenClaims,
  now: Date,
): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = {
    ...(userId === undefined ? {} : { sub: userId }),
    nbf: seconds,
    exp: seconds + lifetimeInSeconds,
    iat: seconds,
    aud: audience,
  };
  const content = `${HEADER}.${encode(claims)}`;
  return `${content}.${createHmac("sha256", accessKey).update(content).digest("base64url")}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
