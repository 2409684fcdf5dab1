// Runs the package once in a browser without a window: browser.mjs PROGRAM. Exit code 0 if a record opened there.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const page = `<!doctype html><script type="module">
  let outcome;
  try {
    const { load } = await import("./index.mjs");
    const hippocrypt = await load(await (await fetch("./hippocrypt.wasm")).arrayBuffer());
    const patient = hippocrypt.newPatient();
    const signer = hippocrypt.newSigner().key;
    const content = new TextEncoder().encode("72/min");
    const record = hippocrypt.seal({ profile: patient.profile, signer, name: "obs-1", labels: ["type=ECG"], content });
    const opened = hippocrypt.open({ key: patient.key, record });
    const same = opened.sender.join() === hippocrypt.verify(record).sender.join();
    outcome = same && new TextDecoder().decode(opened.content) === "72/min" ? "opened" : "differs";
    record[record.length - 70] ^= 1;
    try {
      hippocrypt.open({ key: patient.key, record });
      outcome = "a changed record opened";
    } catch (error) {
      if (error.code !== 300) throw error;
    }
  } catch (error) {
    outcome = String(error);
  }
  await fetch("/outcome", { method: "POST", body: outcome });
</script>`;

const types = { html: "text/html", mjs: "text/javascript", wasm: "application/wasm" };
let told;
const outcome = new Promise((resolve) => (told = resolve));
const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    let body = "";
    for await (const part of request) body += part;
    response.end();
    told(body);
  } else if (request.url === "/") {
    response.setHeader("content-type", types.html).end(page);
  } else if (["/index.mjs", "/hippocrypt.wasm"].includes(request.url)) {
    response.setHeader("content-type", types[request.url.split(".").at(-1)]);
    response.end(await readFile(new URL(`.${request.url}`, import.meta.url)));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const profile = await mkdtemp(join(tmpdir(), "browser-"));
const browser = spawn(process.argv[2], [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`,
], { stdio: "ignore" });
browser.on("error", (error) => told(String(error)));
browser.on("exit", () => told("the browser ended"));
const late = setTimeout(() => told("no answer within a minute"), 60_000);
const answer = await outcome;
clearTimeout(late);
browser.kill();
if (browser.exitCode === null && browser.signalCode === null) await new Promise((resolve) => browser.on("exit", resolve));
await rm(profile, { recursive: true, force: true, maxRetries: 5 });
server.closeAllConnections();
server.close();
console.log(answer);
process.exit(answer === "opened" ? 0 : 1);
