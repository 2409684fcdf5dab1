import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { HippocryptError, load } from "./index.mjs";

const wasm = await readFile(new URL("./hippocrypt.wasm", import.meta.url));
const hippocrypt = await load(wasm);
const kit = (name) => readFile(new URL(`../../tests/testkit/files/${name}`, import.meta.url));
const code = (number) => (error) => error instanceof HippocryptError && error.code === number;
const content = new TextEncoder().encode("72/min");

test("what is sealed opens for its patient alone", () => {
  const [patient, other] = [hippocrypt.newPatient(), hippocrypt.newPatient()];
  const signer = hippocrypt.newSigner();
  const sealed = { profile: patient.profile, signer: signer.key, name: "obs-1", labels: ["type=ECG", "ym=2026-11"], content };
  const record = hippocrypt.seal(sealed);
  const opened = hippocrypt.open({ key: patient.key, record });
  assert.deepEqual(opened.content, content);
  assert.deepEqual(opened.sender, hippocrypt.verify(record).sender);
  assert.equal(opened.sender.length, 32);
  assert.equal(hippocrypt.verify(record).name, "obs-1");
  assert.throws(() => hippocrypt.open({ key: other.key, record }), code(303));
  record[record.length - 70] ^= 1;
  assert.throws(() => hippocrypt.open({ key: patient.key, record }), code(300));
  assert.notDeepEqual(hippocrypt.seal(sealed), hippocrypt.seal(sealed));
  assert.equal(hippocrypt.verify(hippocrypt.seal({ ...sealed, signer: undefined })).sender, null);
  assert.equal(hippocrypt.open({ key: patient.key, record: hippocrypt.seal({ ...sealed, content: new Uint8Array(200_000) }) }).content.length, 200_000);
});

test("bad arguments are refused by number, and the next call works", () => {
  const { key, profile } = hippocrypt.newPatient();
  const seal = (what) => hippocrypt.seal({ profile, name: "obs-1", labels: ["type=ECG"], content, ...what });
  assert.throws(() => seal({ labels: ["type"] }), code(3));
  assert.throws(() => seal({ labels: [] }), code(3));
  // A label is one label, whatever is in it.
  assert.throws(() => seal({ labels: ["type=ECG\nsens=HIV"] }), HippocryptError);
  assert.throws(() => seal({ name: "" }), HippocryptError);
  assert.throws(() => seal({ profile: key }), HippocryptError);
  assert.throws(() => seal({ content: "72/min" }), TypeError);
  assert.throws(() => seal({ content: [1, 2] }), TypeError);
  assert.throws(() => hippocrypt.verify(new Uint8Array(3)), HippocryptError);
  assert.deepEqual(hippocrypt.open({ key, record: seal({}) }).content, content);
});

test("a source of randomness that fails is an error, and nothing is made", (context) => {
  context.mock.method(globalThis.crypto, "getRandomValues", () => {
    throw new Error("no entropy");
  });
  assert.throws(() => hippocrypt.newPatient(), code(500));
});

test("nothing of a call stays where the next one finds it", async () => {
  // A host that keeps the memory in sight: the module's own exports.
  const host = { random: () => 1 };
  const { instance } = await WebAssembly.instantiate(wasm, { host });
  const { input, call, output_length, wipe, memory } = instance.exports;
  const place = input(64);
  new Uint8Array(memory.buffer).fill(0xa5, place, place + 64);
  assert.notEqual(call(4), 0);
  wipe();
  // The allocator's list of free memory takes the first 16 bytes.
  assert.ok(new Uint8Array(memory.buffer, place + 16, 48).every((byte) => byte === 0));
  assert.equal(output_length(), 0);
});

test("the test kit's records open, and its bad ones do not", async () => {
  const key = await kit("patient.key");
  const opened = hippocrypt.open({ key, record: await kit("capsule_good.hippo") });
  assert.equal(new TextDecoder().decode(opened.content), "72/min, sinus rhythm");
  const changed = await kit("capsule_content_changed.hippo");
  assert.throws(() => hippocrypt.open({ key, record: changed }), code(300));
  const signed = hippocrypt.verify(await kit("record_signed_good.hippo"));
  assert.equal(signed.sender.length, 32);
  const forged = await kit("record_signed_header_changed.hippo");
  assert.throws(() => hippocrypt.verify(forged), code(301));
});
