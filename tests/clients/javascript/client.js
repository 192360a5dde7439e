// The AWS SDK for JavaScript v3, as a client of `byok serve`: a line of JSON in, a line of JSON out.
//
// A line names an `Operation` and its `Members` as the KMS API spells them, with blobs in base64. The
// answer has the `Output`, spelled likewise, or the `Error`. NODE_PATH names the folder that has the SDK.
"use strict";

const readline = require("node:readline");
const kms = require("@aws-sdk/client-kms");

const BLOBS = new Set(["CiphertextBlob", "EncryptedKeyMaterial", "ImportToken", "Message", "Plaintext"]);

// What the SDK takes: bytes where the API has a blob.
function decoded(members) {
  const decode = ([name, value]) => [name, BLOBS.has(name) ? Buffer.from(value, "base64") : value];
  return Object.fromEntries(Object.entries(members).map(decode));
}

// What the SDK gave, in JSON: blobs in base64, and moments as seconds.
function encoded(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(encoded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encoded(part)]));
}

async function main() {
  const client = new kms.KMSClient();
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { Operation, Members } = JSON.parse(line);
    let answer;
    try {
      answer = { Output: encoded(await client.send(new kms[`${Operation}Command`](decoded(Members)))) };
    } catch (error) {
      answer = { Error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();
