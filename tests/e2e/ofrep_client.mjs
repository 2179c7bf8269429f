// OpenFeature's own SDK with its OFREP provider: one evaluation for each context, told by JSON on the command line; a line for each.
//   {base, token, key, contexts: [{targetingKey, …}], fallback}
import { createRequire } from "node:module";

const require = createRequire(process.env.HUB_E2E_MODULES + "/");
const { OpenFeature } = require("@openfeature/server-sdk");
const { OFREPProvider } = require("@openfeature/ofrep-provider");
const told = JSON.parse(process.argv[2]);

await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: told.base, headers: [["Authorization", `Bearer ${told.token}`]] }));
const client = OpenFeature.getClient();
for (const context of told.contexts) {
  const found = await client.getBooleanDetails(told.key, told.fallback, context);
  process.stdout.write(JSON.stringify({ value: found.value, variant: found.variant, reason: found.reason, code: found.errorCode, metadata: found.flagMetadata }) + "\n");
}
await OpenFeature.close();
