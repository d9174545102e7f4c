import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { layoutPrompt } from '@/lib/model/layout';
import { parseManifest } from '@/lib/model/parse-manifest';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { type Bookmark, newBookmark } from '@/lib/share/bookmarks';
import { readView } from '@/lib/share/view';
import { createAppStore } from '@/lib/store/store';
import { newTraceHeader } from '@/lib/trace/new-header';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { prefill, step } from '../trace/synthetic';

/** Where the page of these tests has its bundles. */
export const MODELS_URL = 'http://localhost/app/models/';
const FOLDER = new URL('../../../public/models/', import.meta.url);

const readJson = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(fileURLToPath(new URL(file, FOLDER)), 'utf8'));

/** Manifest and tokenizer of the shipped nano-b4. */
export const MANIFEST = parseManifest(await readJson('nano-b4/manifest.json'));
export const TOKENIZER = loadTokenizer(
  await readJson('nano-b4/tokenizer.json'),
  MANIFEST.tokenizer,
);

/** A run of nano-b4's shape with synthetic numbers: three prompt blocks, three pads among them, and two written ones. */
export function nanoRun(change: { id?: string; ended?: boolean } = {}): Trace {
  const prompt = 'A <b>cat</b>';
  const sampling = { seed: 1, temperature: 0.8, topK: 40, topP: 0.95, ignoreEnd: true };
  const fresh = newTraceHeader(MANIFEST, { prompt, sampling, backend: 'test' });
  const header = { ...fresh, id: change.id ?? 'ab'.repeat(16), provenance: 'synthetic' as const };
  const { dims } = MANIFEST;
  const layout = layoutPrompt(TOKENIZER.encode(prompt), dims, MANIFEST.tokenizer.padId);
  const recorder = new TraceRecorder(header, layout);
  recorder.appendPrefill(prefill(layout.blocks - 1, dims));
  for (let i = 0; i < 2; i++) recorder.appendStep(step(layout.blocks + i, undefined, dims));
  if (change.ended ?? true) recorder.finish('length');
  return recorder.trace;
}

/** A bookmark in `trace`. */
export function bookmarkIn(trace: Trace, name = 'the sink'): Bookmark {
  return newBookmark(trace, readView(createAppStore().getState()), name);
}

/** Answers as the page's server does: with the bundles' files, else with 404. Notes what it was asked for. */
export function serveModels(asked: string[] = []): typeof fetch {
  return async (input) => {
    const url = String(input);
    asked.push(url);
    const file = url.startsWith(MODELS_URL) ? url.slice(MODELS_URL.length) : '';
    const bytes = /^[a-z0-9-]+\/[a-z]+\.json$/.test(file)
      ? await readFile(fileURLToPath(new URL(file, FOLDER))).catch(() => null)
      : null;
    return bytes ? new Response(new Uint8Array(bytes)) : new Response('', { status: 404 });
  };
}
