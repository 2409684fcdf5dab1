// hippocrypt for JavaScript, over hippocrypt.wasm. Byte strings are Uint8Arrays; index.d.ts has the types.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a call was refused with: `code` is the error's number (SPEC.md, section 11). */
export class HippocryptError extends Error {
  constructor(code) {
    super(`hippocrypt error ${code}`);
    this.name = "HippocryptError";
    this.code = code;
  }
}

/** The functions, from the bytes of hippocrypt.wasm. Each load has a memory of its own. */
export async function load(wasm) {
  let memory;
  const host = {
    // A source that fails is an error of the call; no exception runs through the module.
    random(to, length) {
      try {
        // The interface gives at most 65,536 bytes a call.
        for (let at = 0; at < length; at += 65536) {
          const room = new Uint8Array(memory.buffer, to + at, Math.min(65536, length - at));
          globalThis.crypto.getRandomValues(room);
        }
        return 0;
      } catch {
        return 1;
      }
    },
  };
  const { instance } = await WebAssembly.instantiate(wasm, { host });
  const { input, call: run, output, output_length: outputLength, wipe } = instance.exports;
  memory = instance.exports.memory;

  function call(operation, ...parts) {
    if (!parts.every((part) => part instanceof Uint8Array)) throw new TypeError("not a Uint8Array");
    const length = parts.reduce((sum, part) => sum + 4 + part.length, 0);
    try {
      let place = input(length);
      const [bytes, view] = [new Uint8Array(memory.buffer), new DataView(memory.buffer)];
      for (const part of parts) {
        view.setUint32(place, part.length, true);
        bytes.set(part, place + 4);
        place += 4 + part.length;
      }
      const code = run(operation);
      if (code !== 0) throw new HippocryptError(code);
      return split(new Uint8Array(memory.buffer, output(), outputLength()));
    } finally {
      wipe();
    }
  }

  return {
    newPatient() {
      const [key, profile] = call(0);
      return { key, profile };
    },
    newSigner() {
      const [key, publicFile] = call(1);
      return { key, publicFile };
    },
    seal({ profile, signer = new Uint8Array(), name, labels, content }) {
      const text = (string) => encoder.encode(string);
      return call(2, profile, signer, text(name), content, ...labels.map(text))[0];
    },
    open({ key, record }) {
      const [content, sender] = call(3, key, record);
      return { content, sender: orNull(sender) };
    },
    verify(record) {
      const [name, sender] = call(4, record);
      return { name: decoder.decode(name), sender: orNull(sender) };
    },
  };
}

// Copies: the module's memory is wiped behind the call.
function split(bytes) {
  const fields = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    fields.push(bytes.slice(at + 4, end));
    at = end;
  }
  return fields;
}

function orNull(bytes) {
  return bytes.length ? bytes : null;
}
