import { TraceFileError } from './file-layout';
import { TooLargeError, unpack } from './packed-bytes';

/** The largest file that is read, packed or not: a full context of the models that ship is a fifth of it. */
export const MOST_FILE_BYTES = 2 ** 28;

/**
 * The bytes of a trace file that may be packed with gzip: some servers name that as the file's encoding, and the browser has
 * unpacked it then. `name` begins the sentences, for instance `The file`.
 *
 * @throws TraceFileError in one sentence, when it is damaged or larger than `most` bytes.
 */
export async function plainBytes(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  most: number = MOST_FILE_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes.length > most) throw tooLarge(name, most);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await unpack(bytes, 'gzip', most);
  } catch (cause) {
    if (cause instanceof TooLargeError) throw tooLarge(name, most);
    throw new TraceFileError(`${name} is damaged: it cannot be unpacked.`, { cause });
  }
}

/** A file of more than `most` bytes. */
export function tooLarge(name: string, most: number = MOST_FILE_BYTES): TraceFileError {
  return new TraceFileError(`${name} is too large: at most ${most / 2 ** 20} MiB are read.`);
}
