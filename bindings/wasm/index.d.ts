/** What a call was refused with. */
export class HippocryptError extends Error {
  /** The error's number: SPEC.md, section 11. */
  readonly code: number;
}

export interface Hippocrypt {
  /** A patient: the key file, a secret, and the profile that others seal to. */
  newPatient(): { key: Uint8Array; profile: Uint8Array };
  /** A signer: the key file, a secret, and its public file. */
  newSigner(): { key: Uint8Array; publicFile: Uint8Array };
  /** Seals content to a patient, signed if there is a signer's key. Name and labels (`name=value`, one at least) are visible. */
  seal(what: {
    profile: Uint8Array;
    signer?: Uint8Array;
    name: string;
    labels: string[];
    content: Uint8Array;
  }): Uint8Array;
  /** Opens a record with the patient's key: the content, and the Ed25519 key (32 bytes) of who signed all of it, or null. */
  open(what: { key: Uint8Array; record: Uint8Array }): { content: Uint8Array; sender: Uint8Array | null };
  /** Verifies of a record what needs no key: its header's form and signature. Its content was not looked at. */
  verify(record: Uint8Array): { name: string; sender: Uint8Array | null };
}

/** The functions, from the bytes of `hippocrypt.wasm`. */
export function load(wasm: BufferSource): Promise<Hippocrypt>;
