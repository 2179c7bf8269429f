// tus-js-client at work: one upload, told by JSON on the command line; says on each line how far it is.
//   {endpoint, token, file, store, metadata, chunkSize, pauseMs, stopAt, stopHow: "abort"|"terminate", withCreation}
// An upload of the same file that `store` remembers goes on where it was.
import { createReadStream, statSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

const { Upload, FileUrlStorage } = createRequire(process.env.HUB_E2E_MODULES + "/")("tus-js-client");
const told = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const size = statSync(told.file).size;

const upload = new Upload(createReadStream(told.file), {
  endpoint: told.endpoint,
  chunkSize: told.chunkSize,
  uploadSize: size,
  metadata: told.metadata,
  headers: { Authorization: `Bearer ${told.token}` },
  retryDelays: [100, 300, 1000, 2000, 2000, 2000],
  storeFingerprintForResuming: Boolean(told.store),
  urlStorage: new FileUrlStorage(told.store || "/dev/null"),
  fingerprint: async () => `${told.file}-${size}`,
  removeFingerprintOnSuccess: true,
  uploadDataDuringCreation: Boolean(told.withCreation),
  onBeforeRequest: async (request) => {
    if (request.getMethod() === "PATCH") await pause(told.pauseMs || 0);
  },
  onShouldRetry: (error) => {
    const status = error.originalResponse?.getStatus() ?? 0;
    say({ retry: status });
    return status < 400 || status >= 500 || status === 409 || status === 423;
  },
  onChunkComplete: async (_, accepted) => {
    say({ offset: accepted });
    if (!told.stopAt || accepted < told.stopAt) return;
    await upload.abort(told.stopHow === "terminate");
    say({ stopped: upload.url });
    process.exit(0);
  },
  onSuccess: () => say({ done: upload.url }),
  onError: (error) => {
    say({ error: String(error.message || error), status: error.originalResponse?.getStatus() });
    process.exit(1);
  },
});

const before = told.store ? await upload.findPreviousUploads() : [];
if (before.length) upload.resumeFromPreviousUpload(before[0]);
say({ resumes: before.length > 0 });
upload.start();
