import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FlatEngine } from '@/lib/engine/flat-session';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { fillNoise } from '@/lib/model/noise';
import { argMax, cutThreshold, negativeLogLikelihood } from '@/lib/model/softmax';
import { loadTokenizer, type Tokenizer } from '@/lib/model/tokenizer';
import { unpackRun } from '@/lib/share/run-file';
import { readTrace, writeTrace } from '@/lib/trace/file';
import { findBadRow } from '@/lib/trace/rows';
import type { Trace } from '@/lib/trace/trace';
import { UsageError } from '@/scripts/command-line';
import { evaluate } from '@/scripts/evaluate-command';
import { type GenerateReport, generate } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import { NANO } from '../model/dims';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAD = 0;
const END = 1;
const PROMPT = 'Once upon a time there was a "naïve" fox.';

const context = { models: MODELS, progress: () => {} };
let folder = '';
let tokenizer: Tokenizer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
  const file = path.join(MODELS, 'nano-b4', 'tokenizer.json');
  tokenizer = loadTokenizer(JSON.parse(await readFile(file, 'utf8')), { padId: PAD, endId: END });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ report: GenerateReport; trace: Trace }> {
  const file = path.join(folder, `${Math.random()}.trace`);
  const all = ['--model', 'nano-b4', '--prompt', PROMPT, '--trace', file, '--json', ...argv];
  const report = await generate(all, context);
  return { report, trace: readTrace(await readFile(file)) };
}

/** Every written token with the logits it was drawn from and its place in the padded sequence. */
function draws(trace: Trace): { position: number; token: number; logits: Float32Array }[] {
  const { blockLength } = trace.dims;
  const start = trace.promptBlocks * blockLength;
  return Array.from(trace.tokens.subarray(start), (token, i) => {
    const position = start + i;
    const logits = trace.logits(Math.floor(position / blockLength), position % blockLength);
    if (!logits) throw new Error(`no logits at ${position}`);
    return { position, token, logits };
  });
}

describe('generate', () => {
  it('reports what the trace holds, and counts the cache as the design does', async () => {
    const { report, trace } = await run('--tokens', '21', '--ignore-eot');
    expect(tokenizer.decode(report.promptTokens)).toBe(PROMPT);
    expect(report.promptTokens).toEqual(Array.from(tokenizer.encode(PROMPT)));
    expect(report.generatedTokens).toHaveLength(21);
    expect(report.generatedTokens).not.toContain(END);
    expect(report.text).toBe(tokenizer.decode(report.generatedTokens));

    const promptBlocks = Math.ceil(report.promptTokens.length / 4);
    expect(report.blocks).toBe(promptBlocks + 6);
    expect(report.kv).toEqual({
      // 2 (K and V) × layers × width × 4 bytes × positions
      globalBytes: 2 * 2 * 48 * 4 * (promptBlocks + 6 - 1),
      localBytes: 2 * 2 * 48 * 4 * 5,
      flatBytes: 2 * 4 * 48 * 4 * (report.promptTokens.length + 21 - 1),
    });

    expect(trace.end).toEqual({ reason: 'length', length: promptBlocks * 4 + 21 });
    expect(Array.from(trace.generated)).toEqual(report.generatedTokens);
    expect(Array.from(trace.tokens.subarray(trace.pads, promptBlocks * 4))).toEqual(
      report.promptTokens,
    );
    expect(trace.rows).toBe(promptBlocks + 6 - 1);
    expect(findBadRow(trace)).toBeNull();
    expect(trace.header.model.dims).toEqual(NANO);
    for (const value of Object.values(report.timing)) expect(value).toBeGreaterThan(0);
  });

  it('writes a trace file that is the same, byte by byte, when it is read and written again', async () => {
    const file = path.join(folder, 'exact.trace');
    const argv = ['--model', 'nano-b4', '--prompt', PROMPT, '--tokens', '9', '--trace', file];
    await generate([...argv, '--json'], context);
    const bytes = new Uint8Array(await readFile(file));
    expect(writeTrace(readTrace(bytes))).toEqual(bytes);
    // As the page opens it, too.
    const { trace, bookmarks } = await unpackRun(bytes);
    expect(writeTrace(trace)).toEqual(bytes);
    expect(bookmarks).toEqual([]);
  });

  it('draws the arg-max of logits / T plus the noise of (seed, position)', async () => {
    const { trace } = await run('--tokens', '24', '--seed', '7', '--temperature', '1.5');
    const noise = new Float32Array(NANO.vocabulary);
    for (const { position, token, logits } of draws(trace)) {
      fillNoise(noise, { seed: 7, position });
      const sums = Array.from(logits, (logit, id) => logit / 1.5 + (noise[id] ?? 0));
      sums[PAD] = Number.NEGATIVE_INFINITY;
      // The graph adds in float32: near ties may fall either way.
      expect(sums[token]).toBeGreaterThan(Math.max(...sums) - 1e-4);
    }
  });

  it('repeats with a seed and changes with another', async () => {
    const [first, second, other] = [
      await run('--tokens', '24', '--seed', '1'),
      await run('--tokens', '24', '--seed', '1'),
      await run('--tokens', '24', '--seed', '2'),
    ];
    expect(second.report.generatedTokens).toEqual(first.report.generatedTokens);
    expect(other.report.generatedTokens).not.toEqual(first.report.generatedTokens);
  });

  it('takes the most probable tokens at temperature 0, whatever the seed', async () => {
    const { report, trace } = await run('--tokens', '16', '--temperature', '0', '--seed', '5');
    for (const { token, logits } of draws(trace)) {
      expect(token).toBe(argMax(logits.with(PAD, Number.NEGATIVE_INFINITY)));
    }
    const other = await run('--tokens', '16', '--temperature', '0', '--seed', '6');
    expect(other.report.generatedTokens).toEqual(report.generatedTokens);
  });

  it('draws only what top-k and top-p keep', async () => {
    const cut = { temperature: 2, topK: 6, topP: 0.7, banned: [PAD] };
    const flags = ['--temperature', '2', '--top-k', '6', '--top-p', '0.7'];
    const { trace } = await run('--tokens', '60', '--ignore-eot', ...flags);
    const ranks = new Set<number>();
    for (const { token, logits } of draws(trace)) {
      const banned = [PAD, END];
      expect(logits[token]).toBeGreaterThanOrEqual(cutThreshold(logits, { ...cut, banned }) - 1e-4);
      ranks.add(logits.filter((logit) => logit > (logits[token] ?? 0)).length);
    }
    // Not greedy: more than one rank was drawn.
    expect(ranks.size).toBeGreaterThan(1);
  });

  it('writes up to the end of the context and not beyond', async () => {
    const { report, trace } = await run('--tokens', '8', '--ignore-eot');
    const room = NANO.contextLength - trace.promptBlocks * 4;
    const full = await run('--tokens', String(room), '--ignore-eot');
    expect(full.report.generatedTokens).toHaveLength(room);
    expect(full.trace.length).toBe(NANO.contextLength);
    expect(full.report.generatedTokens.slice(0, 8)).toEqual(report.generatedTokens);
    await expect(run('--tokens', String(room + 1))).rejects.toThrow(`at most ${room} with`);
  });

  it.each([
    [['--tokens', '0'], /--tokens must be a whole number of at least 1/],
    [['--tokens', '4', '--top-k', '129'], /--top-k must be a whole number from 1 to 128/],
    [['--tokens', '4', '--top-p', '0'], /--top-p must be above 0 and at most 1/],
    [['--tokens', '4', '--seed', '4294967296'], /--seed must be a whole number from 0/],
    [['--tokens', '4', '--temperature', '0.001'], /--temperature must be 0, or from/],
    [['--tokens', '4', '--model', '../nano-b4'], /There is no model "\.\.\/nano-b4"; there are/],
    [['--tokens', '4', '--prompt', ''], /The prompt is empty/],
    [['--tokens', '4', '--prompt', 'word '.repeat(400)], /holds at most 256: shorten it/],
    [['--tokens', '4', '--trace', '/no/such/folder/x'], /no folder for/],
    [['--tokens', '4', '--trace', '/'], /is not a file/],
  ])('refuses %j', async (argv, message) => {
    await expect(run(...argv)).rejects.toThrow(message);
  });
});

describe('generate with a flat model', () => {
  const write = (...argv: string[]) =>
    generate(['--model', 'nano-flat', '--prompt', PROMPT, '--json', ...argv], context);

  it('needs no pads, and holds a position for each token but the last', async () => {
    const report = await write('--tokens', '21', '--ignore-eot');
    expect(report.promptTokens).toEqual(Array.from(tokenizer.encode(PROMPT)));
    expect(report.generatedTokens).toHaveLength(21);
    expect(report.text).toBe(tokenizer.decode(report.generatedTokens));
    expect(report.blocks).toBe(report.promptTokens.length + 21);
    // 2 (K and V) × layers × width × 4 bytes × positions
    const bytes = 2 * 4 * 48 * 4 * (report.promptTokens.length + 21 - 1);
    expect(report.kv).toEqual({ globalBytes: bytes, localBytes: 0, flatBytes: bytes });
    for (const value of Object.values(report.timing)) expect(value).toBeGreaterThan(0);
  });

  it('repeats with a seed, changes with another, and takes every kind of sampling', async () => {
    const sampled = ['--tokens', '24', '--top-k', '40', '--top-p', '0.9'];
    const first = await write(...sampled);
    expect((await write(...sampled)).generatedTokens).toEqual(first.generatedTokens);
    const other = await write(...sampled, '--seed', '7');
    expect(other.generatedTokens).not.toEqual(first.generatedTokens);
    const greedy = await write('--tokens', '24', '--temperature', '0');
    expect(greedy.generatedTokens).not.toEqual(first.generatedTokens);
  });

  it('writes up to the end of the context and not beyond', async () => {
    const room = NANO.contextLength - tokenizer.encode(PROMPT).length;
    const full = await write('--tokens', String(room), '--ignore-eot');
    expect(full.generatedTokens).toHaveLength(room);
    await expect(write('--tokens', String(room + 1))).rejects.toThrow(
      new RegExp(`^\\d+ prompt tokens .* at most ${room} with`),
    );
  });

  it('writes no trace', async () => {
    const file = path.join(folder, 'flat.trace');
    await expect(write('--tokens', '4', '--trace', file)).rejects.toThrow(
      /^--trace writes block models only, and "nano-flat" is a flat one\.$/,
    );
    await expect(write('--tokens', '4', '--trace', file)).rejects.toBeInstanceOf(UsageError);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});

describe('evaluate', () => {
  const DOCUMENTS = [
    'One day a fox met a hen. "Good day," said the fox.',
    'The rain fell all night.\r\nIn the morning the sun came out.',
    'Tom had a red ball. '.repeat(60).trim(),
    'x',
  ];

  async function score(name: string, text: string, model = 'nano-b4') {
    const file = path.join(folder, name);
    await writeFile(file, text);
    return evaluate(['--model', model, '--text', file, '--json'], context);
  }

  it('scores a flat model on the same targets, in a batch as one by one', async () => {
    const texts = DOCUMENTS.slice(0, 3);
    const together = await score('flat.txt', texts.join('\n<|endoftext|>\n'), 'nano-flat');
    const block = await score('block.txt', texts.join('\n<|endoftext|>\n'));
    expect(together.scoredTokens).toBe(block.scoredTokens);
    expect(together.lossBySlot).toEqual([together.lossPerToken]);
    let nats = 0;
    for (const [i, text] of texts.entries()) {
      const alone = await score(`flat-${i}`, text, 'nano-flat');
      nats += alone.lossPerToken * alone.scoredTokens;
    }
    expect(together.lossPerToken * together.scoredTokens).toBeCloseTo(nats, 2);
    const bits = nats / Math.LN2;
    const bytes = bits / together.bitsPerByte;
    const blockBits = (block.lossPerToken * block.scoredTokens) / Math.LN2;
    expect(bytes).toBeCloseTo(blockBits / block.bitsPerByte, 1);
  });

  it('scores a flat model as its picks were drawn, token by token', async () => {
    const text = DOCUMENTS[0] ?? '';
    const report = await score('one.txt', text, 'nano-flat');
    const engine = await FlatEngine.create(
      await loadBundleFromDisk(path.join(MODELS, 'nano-flat'), ['step']),
    );
    const ids = [...tokenizer.encode(text), END];
    let nats = 0;
    for (const [i, next] of ids.slice(1).entries()) {
      const sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: false };
      const { logits } = await engine.step(ids[i] ?? PAD, { sampling });
      nats += negativeLogLikelihood(logits, next);
    }
    await engine.dispose();
    expect(report.lossPerToken).toBeCloseTo(nats / (ids.length - 1), 5);
  });

  it('scores a batch as it scores the documents one by one', async () => {
    const together = await score('all.txt', DOCUMENTS.join('\n<|endoftext|>\n'));
    const alone = [];
    for (const [i, text] of DOCUMENTS.slice(0, 3).entries()) alone.push(await score(`${i}`, text));
    expect(together.documents).toBe(4);
    // "x" is its window's first token; only its end-of-text is a target.
    const tokens = alone.map((report) => report.scoredTokens);
    expect(together.scoredTokens).toBe(tokens.reduce((sum, count) => sum + count, 1));
    const nats = alone.reduce(
      (sum, { lossPerToken }, i) => sum + lossPerToken * (tokens[i] ?? 0),
      0,
    );
    const last = together.lossPerToken * together.scoredTokens - nats;
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(20);
    expect(together.lossBySlot).toHaveLength(4);
  });

  it('counts all but the first token of each window, and their bytes', async () => {
    const text = DOCUMENTS[2] ?? '';
    const ids = tokenizer.encode(text);
    const starts = Array.from({ length: ids.length + 1 }, (_, i) => i).filter((i) => i % 248 === 0);
    expect(starts.length).toBeGreaterThan(1);
    const report = await score('long.txt', text);
    expect(report.scoredTokens).toBe(ids.length + 1 - starts.length);
    const bytes = tokenizer.byteLength(ids.filter((_, i) => i % 248 !== 0));
    const bits = (report.lossPerToken * report.scoredTokens) / Math.LN2;
    expect(report.bitsPerByte).toBeCloseTo(bits / bytes, 10);
  });

  it('refuses texts without documents, without targets, missing, or not UTF-8', async () => {
    await expect(score('empty.txt', '\n<|endoftext|>\n')).rejects.toThrow(/holds no document/);
    await expect(score('single.txt', 'x')).rejects.toThrow(/nothing to score/);
    const missing = ['--model', 'nano-b4', '--text', path.join(folder, 'none.txt')];
    await expect(evaluate(missing, context)).rejects.toThrow(/does not exist/);
    const latin = path.join(folder, 'latin.txt');
    await writeFile(latin, Uint8Array.of(0x61, 0xe9, 0x61));
    await expect(evaluate(['--model', 'nano-b4', '--text', latin], context)).rejects.toThrow(
      /not UTF-8/,
    );
  });
});

describe('the command line', () => {
  function command(script: string, ...argv: string[]) {
    const tsx = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    const child = spawn(process.execPath, [tsx, `scripts/${script}.ts`, ...argv], { cwd: ROOT });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += chunk));
    child.stderr.on('data', (chunk) => (output.stderr += chunk));
    return new Promise<typeof output & { code: number | null }>((done) =>
      child.once('close', (code) => done({ ...output, code })),
    );
  }

  it('prints one JSON object on stdout and ends with 0', async () => {
    const argv = ['--model', 'nano-b4', '--prompt', 'Hi', '--tokens', '3', '--json'];
    const { stdout, code } = await command('generate', ...argv);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual([
      'model',
      'promptTokens',
      'generatedTokens',
      'text',
      'blocks',
      'kv',
      'timing',
    ]);
  });

  it('answers bad input with one line on stderr and 2', async () => {
    const tooLong = ['--model', 'nano-b4', '--prompt', 'Hi', '--tokens', '999', '--json'];
    for (const result of [
      await command('generate', ...tooLong),
      await command('evaluate', '--model', 'nano-b4'),
    ]) {
      expect(result.code).toBe(2);
      expect(result.stdout).toBe('');
      expect(result.stderr).toMatch(/^[^\n]+\n$/);
    }
  });
});
