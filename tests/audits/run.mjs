// node run.mjs URL: prints each GraphQL-over-HTTP audit that fails, then how many pass; exits 1 unless all do.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
const audits = serverAudits({ url });
let ok = 0;
for (const { id, name, fn } of audits) {
  const result = await fn();
  if (result.status === "ok") ok += 1;
  else console.log(`${result.status} ${id} ${name}: ${result.reason} (answered ${result.response.status})`);
}
console.log(`${ok} of ${audits.length} audits ok`);
process.exitCode = ok === audits.length ? 0 : 1;
