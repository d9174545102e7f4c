import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scoringGraphs } from '@/lib/engine/batch';
import { EngineError } from '@/lib/engine/errors';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { negativeLogLikelihood } from '@/lib/model/softmax';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { caches, methodsFor } from '@/scripts/caches-command';
import { UsageError } from '@/scripts/command-line';
import { MODELS } from '@/scripts/models';
import { closedIds, scoreTargets } from '@/scripts/targets';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const context = { models: MODELS, progress: () => {} };
const PROMPT = 30;
const STORIES = ['fox', 'heron'].map((who) =>
  `Once upon a time a little ${who} ran to the river and said good day to the water. `.repeat(4),
);
let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
  file = path.join(folder, 'stories.txt');
  await writeFile(file, STORIES.map((text) => `${text.trim()}\n<|endoftext|>\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...argv: string[]) => caches([...argv, '--json'], context);

it('scores what evaluate scores behind the prompt, and says how much a method loses', async () => {
  const report = await run(
    ...['--model', 'nano-flat', '--text', file, '--prompt', String(PROMPT), '--documents', '2'],
  );
  const bundle = await loadBundleFromDisk(path.join(MODELS, 'nano-flat'), scoringGraphs);
  const tokenizer = loadTokenizer(bundle.tokenizerJson, bundle.manifest.tokenizer);
  const windows = STORIES.map((text) => closedIds(text.trim(), tokenizer));
  let sum = 0;
  let count = 0;
  const target = ({
    position,
    logits,
    token,
  }: Parameters<Parameters<typeof scoreTargets>[2]>[0]) => {
    if (position < PROMPT) return;
    sum += negativeLogLikelihood(logits, token);
    count += 1;
  };
  await scoreTargets(bundle, windows, target, () => {});
  expect([report.documents, report.promptTokens, report.scoredTokens]).toEqual([2, PROMPT, count]);
  const [full, ...others] = report.methods;
  expect(full?.method.id).toBe('multi-head');
  expect(full?.lossPerToken).toBeCloseTo(sum / count, 4);
  expect([full?.gap, full?.gapError, full?.heldShare]).toEqual([0, 0, 1]);
  expect(others).toHaveLength(10);
  const held = windows.map((ids) => ids.length - 1);
  for (const { method, heldShare, gap, lossByDistance } of others) {
    expect(gap).not.toBe(0);
    expect(lossByDistance).toHaveLength(Math.floor((Math.max(...held) + 1 - PROMPT) / 32));
    if (method.id === 'sliding-window')
      expect(heldShare).toBeCloseTo(
        held.reduce((total, n) => total + method.window / n, 0) / held.length,
        10,
      );
    if (method.id === 'lorc') expect(heldShare).toBeCloseTo((method.ranks.keys[0] ?? 0) / 48, 10);
  }
});

it('compares methods of equal budgets', () => {
  const dims = { blockLayers: 2, width: 40 } as Parameters<typeof methodsFor>[0];
  const found = methodsFor(dims, 100, 200);
  expect(found.filter(({ id }) => id === 'streaming-llm')).toEqual([
    { id: 'streaming-llm', sinks: 4, window: 46 },
    { id: 'streaming-llm', sinks: 4, window: 21 },
  ]);
  expect(found.filter(({ id }) => id === 'sliding-window')).toEqual([
    { id: 'sliding-window', window: 50 },
    { id: 'sliding-window', window: 25 },
  ]);
});

it('refuses bad input in one sentence', async () => {
  await expect(run('--model', 'nano-flat')).rejects.toThrow(UsageError);
  await expect(run('--model', 'nano-b4', '--text', file)).rejects.toThrow(EngineError);
  await expect(run('--model', 'nano-flat', '--text', file, '--prompt', '240')).rejects.toThrow(
    '--prompt must be a whole number from 16 to 216',
  );
  await expect(run('--model', 'nano-flat', '--text', file, '--prompt', '200')).rejects.toThrow(
    'fewer than two documents of 232 tokens',
  );
});
