/** The formats that browsers and Node pack and unpack by themselves, each with a checksum. */
export type PackedFormat = 'deflate' | 'gzip';

/** What unpacks to more than it may. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** What is unpacked at a time: at the best rate there is 16 MiB come out of it, so that a limit is noticed in time. */
const PIECE = 1 << 14;

/** Packs bytes. */
export async function pack(
  bytes: Uint8Array<ArrayBuffer>,
  format: PackedFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Unpacks bytes, and stops as soon as there are more than `limit` of them, however much may follow.
 *
 * @throws TooLargeError beyond the limit; some other error for bytes that are damaged or cut short.
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  format: PackedFormat,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = piecesOf(bytes).pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > limit) {
      await reader.cancel().catch(() => {});
      throw new TooLargeError(`more than ${limit} bytes`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function piecesOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream(
    {
      pull(stream) {
        if (offset >= bytes.length) return stream.close();
        stream.enqueue(bytes.subarray(offset, offset + PIECE));
        offset += PIECE;
      },
    },
    // Nothing before it is asked for.
    { highWaterMark: 0 },
  );
}
