import { fromBase64Url, toBase64Url } from './base64url';

/** Token ids in as many bits as the largest of them needs, the highest bit first. */
export interface PackedIds {
  bits: number;
  count: number;
  data: string;
}

/** Packs ids of at most 20 bits. */
export function packIds(ids: ArrayLike<number>): PackedIds {
  const bits = Math.max(1, 32 - Math.clz32(Array.from(ids).reduce((a, b) => Math.max(a, b), 0)));
  const bytes = new Uint8Array(Math.ceil((ids.length * bits) / 8));
  for (let i = 0; i < ids.length; i++) {
    for (let bit = 0; bit < bits; bit++) {
      if ((((ids[i] ?? 0) >> (bits - 1 - bit)) & 1) === 0) continue;
      const at = i * bits + bit;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
  }
  return { bits, count: ids.length, data: toBase64Url(bytes) };
}

/** The ids of a packing; null when its data is not that of so many ids. */
export function unpackIds({ bits, count, data }: PackedIds): Int32Array | null {
  const bytes = fromBase64Url(data);
  if (!bytes || bytes.length !== Math.ceil((count * bits) / 8)) return null;
  const bitAt = (at: number) => ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  for (let at = count * bits; at < bytes.length * 8; at++) if (bitAt(at) === 1) return null;
  return Int32Array.from({ length: count }, (_, i) => {
    let id = 0;
    for (let bit = 0; bit < bits; bit++) id = (id << 1) | bitAt(i * bits + bit);
    return id;
  });
}
