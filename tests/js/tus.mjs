/** Sends a file by tus-js-client, which knows nothing of us: broken off after the first piece, then gone on with.
 * `node tus.mjs ENDPOINT COOKIE TOKEN FILE`; prints how far it was when it broke off, where it went on, and what it is kept as. */

import { readFileSync } from "node:fs";

import { Upload } from "tus-js-client";

const [endpoint, Cookie, token, path] = process.argv.slice(2);
const content = readFileSync(path);
const told = {};

function upload(more) {
  return new Promise((done, failed) => {
    const sent = new Upload(content, {
      endpoint,
      chunkSize: 100_000,
      headers: { Cookie, "X-CSRFToken": token, Accept: "application/json" },
      metadata: { filename: "Foto gudang.pdf", code: "PB-KLB-01" },
      onAfterResponse: (request, answer) => (told.kept = answer.getHeader("Stored-As")),
      onError: failed,
      onSuccess: () => done(sent),
      ...more(() => sent, done),
    });
    sent.start();
  });
}

const broken = await upload((sent, done) => ({
  onChunkComplete(size, accepted) {
    told.broken = accepted;
    sent().abort();
    done(sent());
  },
}));
await upload(() => ({ uploadUrl: broken.url, onProgress: (bytes) => (told.resumed ??= bytes) }));
console.log(JSON.stringify({ ...told, kept: decodeURIComponent(told.kept) }));
