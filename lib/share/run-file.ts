import { readTraceFile, TraceFileError, writeTrace } from '@/lib/trace/file';
import { pack } from '@/lib/trace/packed-bytes';
import { plainBytes } from '@/lib/trace/packed-file';
import type { Trace } from '@/lib/trace/trace';
import type { Bookmark } from './bookmarks';
import { bookmarksSchema } from './bookmarks-schema';

/** How the name of a run's file ends. */
export const RUN_ENDING = '.bscope';

/** A run and the bookmarks in it. */
export interface RunFile {
  trace: Trace;
  bookmarks: readonly Bookmark[];
}

/** A run as a file: what is known of it and the bookmarks in it, compact and packed with gzip. */
export function packRun({ trace, bookmarks }: RunFile): Promise<Uint8Array<ArrayBuffer>> {
  return pack(written(trace, bookmarks), 'gzip');
}

function written(trace: Trace, bookmarks: readonly Bookmark[]): Uint8Array<ArrayBuffer> {
  try {
    return writeTrace(trace, { compact: true, bookmarks });
  } catch {
    // No model that ships writes logits beyond half precision; one of the reader's own may.
    return writeTrace(trace, { bookmarks });
  }
}

/**
 * Reads a run's file, packed or not; everything in it is checked.
 *
 * @throws TraceFileError in one sentence.
 */
export async function unpackRun(bytes: Uint8Array<ArrayBuffer>): Promise<RunFile> {
  const plain = await plainBytes(bytes, 'The file');
  const { trace, bookmarks } = readTraceFile(plain, bookmarksSchema);
  if (bookmarks?.some(({ run }) => run !== trace.header.id)) {
    throw new TraceFileError('The trace file is damaged: it has a bookmark of another run.');
  }
  return { trace, bookmarks: bookmarks ?? [] };
}

/** A name for a run's file: the model, the day and the beginning of its id, so that two runs do not share one. */
export function runFileName({ header: { model, created, id } }: Pick<Trace, 'header'>): string {
  const name = ['blockscope', model.id, created.slice(0, 10), id.slice(0, 8)].join('-');
  return `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}${RUN_ENDING}`;
}
