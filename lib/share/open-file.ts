import type { AppStore } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { TraceFileError } from '@/lib/trace/file';
import { MOST_FILE_BYTES, tooLarge } from '@/lib/trace/packed-file';
import type { Trace } from '@/lib/trace/trace';
import { unpackRun } from './run-file';
import { tokenizerOf } from './tokenizer-of';

/** Where an opened run goes: the session. */
export interface RunOpener {
  openRun(trace: Trace, writer: Writer): void;
}

/**
 * Opens a run's file: shows the run, keeps it, and takes up its bookmarks. Never rejects: a file that cannot be opened gets one
 * sentence, and nothing else changes. When another file is opened meanwhile, that one counts.
 *
 * @param modelsUrl absolute address of the folder of bundles, with a slash at its end
 */
export async function openFile(
  store: AppStore,
  session: RunOpener,
  file: Blob,
  modelsUrl: string,
): Promise<void> {
  const { setOpening, setFileProblem } = store.getState();
  const isLast = () => store.getState().opening === file;
  setFileProblem(null);
  setOpening(file);
  try {
    if (file.size > MOST_FILE_BYTES) throw tooLarge('The file');
    const { trace, bookmarks } = await unpackRun(await contentsOf(file));
    const tokenizer = await tokenizerOf(trace, store.getState().info, modelsUrl);
    if (!isLast()) return;
    session.openRun(trace, { tokenizer, allocatedBytes: null });
    const { takeBookmarks, setHandedOn } = store.getState();
    takeBookmarks(bookmarks);
    setHandedOn({ done: true, sentence: openedWords(trace, bookmarks.length), text: null });
  } catch (error) {
    if (isLast()) setFileProblem(sentenceOf(error));
  } finally {
    if (isLast()) setOpening(null);
  }
}

/** A folder is dropped like a file and cannot be read; neither can a file that was moved meanwhile. */
async function contentsOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await file.arrayBuffer().catch((cause: unknown) => {
    throw new TraceFileError('The file could not be read.', { cause });
  });
  return new Uint8Array(bytes);
}

function openedWords({ header }: Trace, bookmarks: number): string {
  const run = `Opened a run of ${header.model.id}`;
  if (bookmarks === 0) return run;
  return `${run} with ${bookmarks} ${bookmarks === 1 ? 'bookmark' : 'bookmarks'}`;
}

function sentenceOf(error: unknown): string {
  return error instanceof TraceFileError
    ? error.message
    : `The file could not be opened: ${error instanceof Error ? error.message : error}`;
}
