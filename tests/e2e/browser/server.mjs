// Tests in a real Chromium, run one at a time at the word of chromium.py. Arguments: what they are told, the modules that hold them.
// In, a line of JSON each: the name of a test. Out: {faults: [...]} of it; before that perhaps {ask: ...}, a wish (to start
// the hub anew) that is answered by a line.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Run } from "./run.mjs";

const { chromium } = createRequire(process.env.HUB_E2E_MODULES + "/")("playwright-core");
const told = JSON.parse(process.argv[2]);
const tests = Object.assign({}, ...await Promise.all(process.argv.slice(3).map((name) => import(`./${name}.mjs`))));

const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function ask(wish) {
  say({ ask: wish });
  return JSON.parse((await lines.next()).value);
}

const browser = await chromium.launch({
  executablePath: process.env.HUB_CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
for (let line; !(line = await lines.next()).done;) {
  const run = new Run(browser, told, ask);
  try {
    await tests[JSON.parse(line.value)](run);
  } catch (error) {
    run.faults.push(String(error.stack || error).split("\n").slice(0, 6).join("\n"));
  }
  await run.close();
  say({ faults: run.faults });
}
await browser.close();
