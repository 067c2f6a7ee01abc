/** A file in pieces, by tus 1.0 (https://tus.io/protocols/resumable-upload): after a break it goes on where the server says. */

import { hex } from "./alive.js";
import { Unkept } from "./sender.js";

const PIECE = 256 * 1024;
const PATIENCE = 60_000;
const TUS = { "Tus-Resumable": "1.0.0", Accept: "application/json" };
const GONE = 404;
const ELSEWHERE = 409;

/** Send it all; gives what it is kept as. `begun`: hears the address of the file; `told`: the share that has arrived. */
export async function sendInPieces(file, token, { told, begun }) {
  const headers = { ...TUS, "X-CSRFToken": token };
  let { address } = file;
  let answer = address && (await asked(address, { method: "HEAD", headers }, GONE));
  if (!answer?.ok) {
    answer = await asked(`/laporan/${file.report}/berkas`, { method: "POST", headers: { ...headers, ...(await about(file)) } });
    address = answer.headers.get("Location");
    await begun(address);
  }
  while (!answer.headers.has("Stored-As")) {
    const offset = Number(answer.headers.get("Upload-Offset"));
    told(offset / file.blob.size);
    const piece = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset };
    answer = await asked(address, { method: "PATCH", headers: { ...headers, ...piece }, body: file.blob.slice(offset, offset + PIECE) }, ELSEWHERE);
  }
  return decodeURIComponent(answer.headers.get("Stored-As"));
}

async function about({ blob, name, code }) {
  const said = { filename: name, code, sha256: await hashOf(blob) };
  const metadata = Object.entries(said).filter(([, value]) => value).map(([key, value]) => `${key} ${inBase64(value)}`);
  return { "Upload-Length": blob.size, "Upload-Metadata": metadata.join(",") };
}

/** So that what the server has is not sent again; without https there is no hash. */
async function hashOf(blob) {
  if (!crypto.subtle) return "";
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())));
}

function inBase64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** An answer of the server, be it the one status that is no failure here. */
async function asked(address, request, allowed) {
  const answer = await fetch(address, { ...request, redirect: "error", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  if (answer === undefined) throw new Unkept("away");
  const words = answer.ok || answer.headers.has("Upload-Offset") ? {} : await answer.json().catch(() => ({}));
  if (words.signed_out) throw new Unkept("signed out");
  if (answer.ok || (answer.status === allowed && (allowed === GONE || answer.headers.has("Upload-Offset")))) return answer;
  if (words.refused) throw new Unkept("refused", words.refused);
  throw new Unkept("away");
}
