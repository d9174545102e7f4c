import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { loadTokenizer } from '@/lib/model/tokenizer';
import type { Writer } from '@/lib/store/writer';
import { fetchRecorded, recordedPath } from '@/lib/trace/recorded';
import type { Trace } from '@/lib/trace/trace';

/** A run that was measured earlier, and what reading it takes. */
export interface RecordedRun {
  trace: Trace;
  writer: Writer;
}

/**
 * The recorded run of `model`, to look at while the model is on its way; null where there is none, or when it cannot be read:
 * it is no part of what the page needs. `base`: absolute URL of the page's folder, with a slash at its end.
 */
export async function readRecordedRun(model: string, base: string): Promise<RecordedRun | null> {
  if (model !== DEFAULT_MODEL) return null;
  try {
    const [trace, tokenizerJson] = await Promise.all([
      fetchRecorded(new URL(recordedPath(model), base)),
      fetchJson(new URL(`models/${model}/tokenizer.json`, base)),
    ]);
    const tokenizer = loadTokenizer(tokenizerJson, trace.header.model);
    return { trace, writer: { tokenizer, allocatedBytes: null } };
  } catch {
    return null;
  }
}

async function fetchJson(url: URL): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
