import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of `bytes` as 64 hexadecimal digits. Pages on plain http have no `crypto.subtle`; there it is computed in JS. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    : sha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
