// Takes claim after claim as if every holder were gone, and tells the epochs it won.
import { findClaim, takeClaim } from "../../../../../local/host/ownership/claim-files.ts";
import { describeSelf } from "../../../../../local/host/ownership/claim-holder.ts";

const [folder = "", instanceId = "", wins = "0"] = process.argv.slice(2);
const self = describeSelf({ instanceId, url: "http://127.0.0.1:1", leaseMs: 1000 });
process.once("message", () => void race());
process.send?.("ready");

async function race(): Promise<void> {
  const won: number[] = [];
  while (won.length < Number(wins)) {
    const claim = await takeClaim(folder, await findClaim(folder), self);
    if (claim) won.push(claim.epoch);
  }
  process.send?.(won, () => {
    process.disconnect();
  });
}
