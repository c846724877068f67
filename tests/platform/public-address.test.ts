import { BlockList, isIPv4 } from "node:net";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { checkUrl, classifyAddress } from "../../src/platform/public-address.ts";

/** IANA's special-purpose registries for IPv4 and IPv6, multicast, and what Azure keeps for itself. */
const SPECIAL_V4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"],
  ...["198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"],
];
const SPECIAL_V6 = [
  ...["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"],
  ...["::/3", "4000::/2", "8000::/1"], // All but 2000::/3: loopback, link-local, unique local, multicast, not assigned.
];

function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", prefix] = range.split("/");
    list.addSubnet(network, Number(prefix), isIPv4(network) ? "ipv4" : "ipv6");
  }
  return list;
}

const special = { v4: toBlockList(SPECIAL_V4), v6: toBlockList(SPECIAL_V6) };

type Bytes = readonly number[];

const toText = (bytes: Bytes): string =>
  bytes.length === 4
    ? bytes.join(".")
    : Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16)).join(
        ":",
      );

/** Judges by the bytes, with Node's own range check: nothing in common with the code under test. */
function judge(bytes: Bytes): "public" | "forbidden" {
  const head = Buffer.from(bytes.slice(0, 12)).toString("hex");
  const carriesV4 = head === "00000000000000000000ffff" || head === "0064ff9b0000000000000000";
  if (bytes.length === 16 && carriesV4) return judge(bytes.slice(12));
  const isSpecial = bytes.length === 4 ? special.v4.check(toText(bytes)) : special.v6.check(toText(bytes), "ipv6");
  return isSpecial ? "forbidden" : "public";
}

/** Random bytes, and random bytes behind the beginning of a range, on either side of where it ends. */
function addresses(length: number, ranges: readonly string[]): fc.Arbitrary<Bytes> {
  const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length });
  const near = fc.tuple(fc.constantFrom(...ranges), bytes, fc.boolean()).map(([range, tail, outside]) => {
    const [network = "", prefix] = range.split("/");
    return splice({ network: toBytes(network), prefix: Number(prefix), tail, outside });
  });
  return fc.oneof(bytes, near);
}

/** The network's first bits, with the last of them flipped when it shall be outside, and the tail's bits behind. */
function splice(parts: { network: Bytes; prefix: number; tail: Bytes; outside: boolean }): Bytes {
  const bit = (bytes: Bytes, index: number): number => ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
  const bits = Array.from({ length: parts.tail.length * 8 }, (_, index) => {
    if (index >= parts.prefix) return bit(parts.tail, index);
    return bit(parts.network, index) ^ Number(parts.outside && index === parts.prefix - 1);
  });
  return parts.tail.map((_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
}

function toBytes(network: string): Bytes {
  if (isIPv4(network)) return network.split(".").map(Number);
  const groups = new URL(`http://[${network}]`).hostname.slice(1, -1).split("::");
  const [head = [], tail = []] = groups.map((half) => half.split(":").filter(Boolean));
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return all.map((group) => parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
}

describe("classifyAddress()", () => {
  it.each(["1.1.1.1", "20.50.1.2", "168.63.129.17", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])(
    "takes %s for public",
    (address) => {
      expect(classifyAddress(address)).toBe("public");
    },
  );

  it.each([
    ...["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254", "100.100.100.200", "168.63.129.16"],
    ...["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1"],
    ...["::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:168.63.129.16", "::127.0.0.1", "64:ff9b::a9fe:a9fe"],
    ...["64:ff9b:1::808:808", "2002:7f00:1::", "2002:808:808::", "2001:0:1::1", "fec0::1", "5f00::1", "4000::1"],
  ])("forbids %s", (address) => {
    expect(classifyAddress(address)).toBe("forbidden");
  });

  it.each(["", "localhost", "0x7f000001", "2130706433", "127.1", "1.2.3.4.5", "1.1.1.1 ", "[::1]"])(
    "forbids %j, which is no address as a resolver writes it",
    (text) => {
      expect(classifyAddress(text)).toBe("forbidden");
    },
  );

  it("agrees with IANA's registry on any IPv4 address, also inside an IPv6 one", () => {
    fc.assert(
      fc.property(addresses(4, SPECIAL_V4), (bytes) => {
        const [mapped, nat64] = ["::ffff:", "64:ff9b::"].map((prefix) => prefix + toText(bytes));
        expect([toText(bytes), mapped, nat64].map((text) => classifyAddress(text ?? ""))).toEqual(
          Array(3).fill(judge(bytes)),
        );
      }),
      { numRuns: 20_000 },
    );
  });

  it("agrees with IANA's registry on any IPv6 address", () => {
    const ranges = [...SPECIAL_V6, "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "fe80::/10", "fc00::/7"];
    fc.assert(
      fc.property(addresses(16, ranges), (bytes) => {
        expect([toText(bytes), classifyAddress(toText(bytes))]).toEqual([toText(bytes), judge(bytes)]);
      }),
      { numRuns: 20_000 },
    );
  });
});

const FORBIDDEN = { code: "URL_FORBIDDEN", kind: "permanent", details: {} };
const MESSAGE = "Cannot use this address: only public http and https addresses are allowed";

function refusalOf(url: string, allowedOrigins: readonly string[] = []): unknown {
  try {
    return checkUrl(url, { allowedOrigins }).href;
  } catch (error) {
    return error;
  }
}

describe("checkUrl()", () => {
  it.each([
    ["https://example.com/a.pdf?x=1#y", "https://example.com/a.pdf?x=1#y"],
    ["http://example.com", "http://example.com/"],
    ["https://example.com:8443/", "https://example.com:8443/"],
    ["http://1.1.1.1:8080/", "http://1.1.1.1:8080/"],
    ["https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"],
    ["https://localhost.example.com/", "https://localhost.example.com/"],
    ["https://notlocal/", "https://notlocal/"],
    ["http://evil.com#@127.0.0.1/", "http://evil.com/#@127.0.0.1/"],
  ])("lets %s through", (url, href) => {
    expect(checkUrl(url, { allowedOrigins: [] }).href).toBe(href);
  });

  it.each([
    ...["http://127.0.0.1/", "http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://0177.0.0.1/"],
    ...["http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127.0.0.1./", "https://0/", "http://0.0.0.0/"],
    ...["http://[::]/", "http://[::1]/", "http://[0:0:0:0:0:ffff:7f00:1]/", "http://[::ffff:a9fe:a9fe]/"],
    ...[
      "http://[::ffff:169.254.169.254]/",
      "http://[64:ff9b::a9fe:a9fe]/",
      "http://[2002:7f00:1::]/",
      "http://[fe80::1]/",
    ],
    ...[
      "http://169.254.169.254/latest/meta-data",
      "http://168.63.129.16/",
      "http://100.100.100.200/",
      "http://10.0.0.1/",
    ],
    ...["http://172.16.0.1/", "http://192.168.1.1/", "http://192.0.0.1/", "http://198.18.0.1/", "http://224.0.0.1/"],
    ...["http://240.0.0.1/", "http://[fc00::1]/", "http:\\\\127.0.0.1\\", "http://127.0.0.\t1/"],
  ])("refuses the address in %s", (url) => {
    expect(refusalOf(url)).toMatchObject(FORBIDDEN);
  });

  it.each([
    ...["http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost../", "http://ⓛocalhost/"],
    ...["http://a.localhost/", "http://metadata.google.internal/", "http://printer.local/", "http://printer.local./"],
  ])("refuses the local name in %s", (url) => {
    expect(refusalOf(url)).toMatchObject(FORBIDDEN);
  });

  it.each([
    ...[
      "gopher://example.com/",
      "file:///etc/passwd",
      "ftp://example.com/",
      "data:text/plain,a",
      "javascript:alert(1)",
    ],
    ...["", "example.com", "http://", "http://[fe80::1%25eth0]/", "http://127.0.0.1%2f@evil.com/"],
    ...["https://user:secret@example.com/", "https://user@example.com/", "http://user:pw@evil.com@127.0.0.1/"],
    ...["http://example.com:22/", "http://example.com:6379/", "http://example.com:10000/", "http://example.com:0/"],
    `https://example.com/${"a".repeat(2_049 - "https://example.com/".length)}`,
  ])("refuses %s", (url) => {
    expect(refusalOf(url)).toMatchObject(FORBIDDEN);
  });

  it("takes a URL of just 2,048 characters", () => {
    const url = `https://example.com/${"a".repeat(2_048 - "https://example.com/".length)}`;
    expect(refusalOf(url)).toBe(url);
  });

  it("never says what it was that it refused", () => {
    for (const url of ["http://169.254.169.254/", "http://localhost/", "ftp://a/", "http://a:22/", "no url"]) {
      const refusal = refusalOf(url);
      expect(String(refusal)).toBe(`MillraceError: ${MESSAGE}`);
      expect(refusal).toMatchObject(FORBIDDEN);
      expect(refusal).not.toHaveProperty("cause");
    }
  });

  it("lets an origin on the allow-list have any host, port and length", () => {
    const allowed = ["http://127.0.0.1:10000", "http://localhost:7071/"];
    const long = `http://127.0.0.1:10000/${"a".repeat(3_000)}`;
    expect(refusalOf(long, allowed)).toBe(long);
    expect(refusalOf("http://LOCALHOST:7071/api", allowed)).toBe("http://localhost:7071/api");
  });

  it.each([
    ...["http://127.0.0.1:10001/", "https://127.0.0.1:10000/", "http://127.0.0.1/", "http://u:p@127.0.0.1:10000/"],
    ...["http://127.0.0.1:10000.evil.com/", "http://127.0.0.1:10000@10.0.0.1/", "ftp://127.0.0.1:10000/"],
  ])("does not take %s for http://127.0.0.1:10000", (url) => {
    expect(refusalOf(url, ["http://127.0.0.1:10000"])).toMatchObject(FORBIDDEN);
  });
});
