/** The JSON of a trace file. */
export function jsonOf(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + jsonLength(bytes))));
}

/** Changes the JSON of a file, keeping the arrays. */
export function withJson(
  bytes: Uint8Array,
  change: (json: Record<string, unknown>) => void,
): Uint8Array<ArrayBuffer> {
  const json = jsonOf(bytes);
  change(json);
  return withText(bytes, JSON.stringify(json));
}

/** Puts any text where the JSON of a file is, keeping the arrays. */
export function withText(bytes: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const arrays = bytes.subarray(12 + jsonLength(bytes));
  const encoded = new TextEncoder().encode(text);
  const padded = Math.ceil(encoded.length / 4) * 4;
  const result = new Uint8Array(12 + padded + arrays.length).fill(0x20);
  result.set(bytes.subarray(0, 8));
  new DataView(result.buffer).setUint32(8, padded, true);
  result.set(encoded, 12);
  result.set(arrays, 12 + padded);
  return result;
}

/** A copy with another number `index` float32 places behind the JSON. */
export function withNumber(
  bytes: Uint8Array,
  index: number,
  number: number,
): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setFloat32(12 + jsonLength(bytes) + 4 * index, number, true);
  return copy;
}

function jsonLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
}
