import { download, NO_FILES } from '@/lib/export/hand-over';
import { bookmarksOf } from '@/lib/store/bookmarks-slice';
import type { HandedOn } from '@/lib/store/share-slice';
import type { AppState } from '@/lib/store/store';
import { packRun, runFileName } from './run-file';

/** Saves the run on the screen, as far as it is written, with its bookmarks. Never rejects: what went wrong is in the outcome. */
export async function saveFile({ trace, bookmarks }: AppState): Promise<HandedOn> {
  if (!trace) return failed('There is no run to save: generate first.');
  try {
    const own = bookmarksOf(bookmarks, trace.header.id);
    const bytes = await packRun({ trace, bookmarks: own });
    // Not a type that a browser would add an ending of its own for.
    const blob = new Blob([bytes], { type: 'application/octet-stream' });
    const name = runFileName(trace);
    return download(blob, name)
      ? { done: true, sentence: `Saved ${name}`, text: null }
      : failed(NO_FILES);
  } catch (error) {
    return failed(`The run could not be saved: ${error instanceof Error ? error.message : error}`);
  }
}

function failed(sentence: string): HandedOn {
  return { done: false, sentence, text: null };
}
