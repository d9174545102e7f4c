import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evaluate } from '@/scripts/evaluate-command';
import { MODELS } from '@/scripts/models';
import { report } from '@/scripts/report';
import type { Report } from '@/scripts/report/build';
import { buildReport } from '@/scripts/report/build';
import { judgeSameLoss } from '@/scripts/report/findings';
import { reportMarkdown } from '@/scripts/report/markdown';
import { drawPictures } from '@/scripts/report/pictures';
import type { GapResult } from '@/scripts/report/results';
import { facts, flat, scored, windows } from './synthetic';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TEXT = [
  'One day a fox met a hen. "Good day," said the fox. The hen said nothing and went home.',
  'The rain fell all night. In the morning the sun came out, and the children ran to the river.',
  'Tom had a red ball. '.repeat(12).trim(),
].join('\n<|endoftext|>\n');

let folder = '';
let out = '';
let file = '';
let models = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
  out = path.join(folder, 'report');
  file = path.join(folder, 'small.validation.txt');
  models = path.join(folder, 'models');
  await mkdir(models);
  await symlink(path.join(MODELS, 'nano-b4'), path.join(models, 'nano-b4'));
  await writeFile(file, TEXT);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ result: Report; lines: string[] }> {
  const lines: string[] = [];
  const context = { models, progress: (line: string) => void lines.push(line) };
  return { result: await report(['--report', '--out', out, ...argv], context), lines };
}

describe('the report on nano-b4', () => {
  let first: Report;
  beforeAll(async () => {
    first = (await run('--text', file)).result;
  });

  it('holds the numbers that evaluate prints', async () => {
    const context = { models, progress: () => {} };
    const alone = await evaluate(['--model', 'nano-b4', '--text', file, '--json'], context);
    const [score] = first.scores;
    expect(score?.text).toBe('small');
    expect(score?.documents).toBe(alone.documents);
    expect(score?.scoredTokens).toBe(alone.scoredTokens);
    expect(score?.loss.value).toBeCloseTo(alone.lossPerToken, 5);
    expect(score?.bitsPerByte).toBeCloseTo(alone.bitsPerByte, 5);
    expect(score?.bySlot).toHaveLength(4);
    score?.bySlot.forEach(({ value }, slot) => {
      expect(value).toBeCloseTo(alone.lossBySlot[slot] ?? Number.NaN, 4);
    });
    const byPosition = score?.byPosition ?? [];
    const nats = byPosition.reduce((sum, { targets, loss }) => sum + targets * loss.value, 0);
    expect(nats / alone.scoredTokens).toBeCloseTo(alone.lossPerToken, 4);
  });

  it('looked inside: attention adds up and every block has its nearest entries', () => {
    const [inside] = first.inside;
    expect(inside?.model).toBe('nano-b4');
    expect(inside?.windows).toBe(3);
    expect(inside?.unpadded.heads).toHaveLength(6);
    for (const { prefixes, tokens } of inside?.slots ?? []) {
      const all = prefixes.reduce((sum, { value }) => sum + value, tokens.value);
      expect(all).toBeCloseTo(1, 4);
    }
    expect(inside?.slots).toHaveLength(4);
    expect(inside?.readings).toBeGreaterThan(5);
    for (const { prefixes, current } of inside?.examples ?? []) {
      expect(current).toHaveLength(4);
      expect(prefixes.map((entries) => entries.length)).toEqual([3, 3]);
    }
    // Row 1 sees blocks 0 and 1 alone.
    const head = inside?.padded.heads[0];
    expect(head?.first[0]).toBeGreaterThan(0);
    expect(head?.first[0]).toBeLessThan(1);
  });

  it('writes JSON, Markdown and every picture that it shows', async () => {
    expect(JSON.parse(await readFile(path.join(out, 'report.json'), 'utf8'))).toEqual(first);
    const markdown = await readFile(path.join(out, 'report.md'), 'utf8');
    const shown = [...markdown.matchAll(/\]\(([^)]+\.svg)\)/g)].map(([, name]) => name);
    const files = (await readdir(out)).filter((name) => name.endsWith('.svg'));
    expect(shown.sort()).toEqual(files.sort());
    expect(files).toContain('slots.svg');
    expect(markdown).toContain((first.scores[0]?.loss.value ?? 0).toFixed(3));
    expect(markdown).not.toMatch(/NaN|undefined|null/);
  });

  it('keeps what has not changed, and scores it anew when told or when the text changed', async () => {
    const again = await run('--text', file);
    expect(again.result).toEqual(first);
    expect(again.lines.filter((line) => /kept/.test(line))).toHaveLength(2);
    expect(again.lines.some((line) => /scored/.test(line))).toBe(false);
    const fresh = await run('--text', file, '--fresh');
    expect(fresh.result).toEqual(first);
    expect(fresh.lines.some((line) => /kept/.test(line))).toBe(false);
    await writeFile(file, `${TEXT}\n<|endoftext|>\nOne more fox came.`);
    const changed = await run('--text', file);
    expect(changed.lines.some((line) => /kept/.test(line))).toBe(false);
    expect(changed.result.scores[0]?.documents).toBe(4);
  });

  it('refuses bad input in one sentence', async () => {
    await expect(run('--text', path.join(folder, 'none.txt'))).rejects.toThrow(/does not exist\.$/);
    await expect(run('--text', `${file},${file}`)).rejects.toThrow(/Two texts are called "small"/);
    await expect(run('--model', 'nano-b4')).rejects.toThrow(/There is no flag --model/);
    const single = path.join(folder, 'single.txt');
    await writeFile(single, '<|endoftext|>\n');
    await expect(run('--text', single)).rejects.toThrow(/holds no document/);
    const context = { models: path.join(folder, 'empty'), progress: () => {} };
    await expect(report(['--report', '--text', file], context)).rejects.toThrow(/no model in/);
  });
});

describe('the report on a made-up family', () => {
  const lengths = [...new Array<number>(9).fill(1016), 300, 80, 41];
  const wave = (p: number, d: number) => 0.3 * Math.sin(d) + 0.05 * Math.cos(p * (d + 2));
  const texts = (level: number, slots: number, own: number) =>
    Object.fromEntries(
      ['stories', 'books'].map((name) => [
        name,
        windows(
          lengths,
          (p, d) =>
            level +
            wave(p, d) +
            (slots > 1 && (p - 1) % slots === 0 ? 0.3 : 0) +
            0.01 * Math.sin(own * p + d),
        ),
      ]),
    );
  const family = [
    scored(facts('tiny-b1', { blockLength: 1 }), texts(2.7, 1, 3)),
    scored(facts('tiny-b4'), texts(2.9, 4, 5)),
    scored(facts('tiny-b8', { blockLength: 8 }), texts(3.1, 8, 7)),
    scored(flat('tiny-flat-match', { decoderParameters: 1_000_000 }), texts(2.97, 1, 11)),
    scored(flat('tiny-flat-same'), texts(2.6, 1, 13)),
  ];
  const held = ['stories', 'books'].map((name) => ({ name, sha256: name, documents: ['', ''] }));
  const build = (members: typeof family) =>
    buildReport(
      held,
      members.map(({ entrant }) => entrant),
      members.map(({ measured }) => measured),
    );

  it('sets every block model beside every flat one, and finds the fair rival', () => {
    const whole = build(family);
    expect(whole.gaps).toHaveLength(3 * 2 * 2);
    const fair = whole.gaps.find(
      ({ model, against }) => model === 'tiny-b4' && against === 'tiny-flat-match',
    );
    expect(fair?.gap.value).toBeCloseTo(0.005, 2);
    expect(fair?.times).toBe(4);
    const verdictsOf = (id: string) =>
      whole.findings.find((finding) => finding.id === id)?.outcomes.map(({ verdict }) => verdict);
    expect(verdictsOf('sameSize')).toEqual(['shown', 'shown']);
    expect(verdictsOf('sameLoss')).toEqual(['shown', 'shown']);
    expect(judgeSameLoss(fair as GapResult, 4).numbers).not.toContain('the paper');
    expect(judgeSameLoss(fair as GapResult, 5).numbers).toContain(
      '5.0 times the decoder parameters, more than any pair of the paper needs',
    );
    expect(verdictsOf('lengths')).toEqual(['shown', 'shown']);
    const markdown = reportMarkdown(whole, new Set(drawPictures(whole).keys()));
    expect(markdown).toContain('`tiny-flat-same`, of the same size, writes better than `tiny-b4`');
    expect(markdown).toMatch(
      /`tiny-b4` differs by \+0\.00\d ± 0\.00\d nats from `tiny-flat-match`/,
    );
    expect(markdown).toContain('within the 0.05 nats aimed at');
    expect(markdown).not.toMatch(/NaN|undefined|null/);
  });

  it('draws hollow marks for second-hand values, and nothing under 12 px', () => {
    const pictures = drawPictures(build(family));
    expect([...pictures.keys()]).toEqual(['loss', 'slots', 'positions', 'lengths']);
    const lengthsPicture = pictures.get('lengths') ?? '';
    expect(lengthsPicture.match(/<circle[^>]*fill:var\(--paper\)/g)).toHaveLength(4);
    expect(lengthsPicture).toContain('second-hand');
    for (const svg of pictures.values()) {
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).toContain('prefers-color-scheme:dark');
      for (const [, size] of svg.matchAll(/font-size="(\d+)"/g))
        expect(Number(size)).toBeGreaterThanOrEqual(12);
    }
  });

  it('says what is missing instead of drawing it', () => {
    const alone = build(family.slice(1, 2));
    const pictures = drawPictures(alone);
    expect([...pictures.keys()]).toEqual(['slots', 'positions']);
    const markdown = reportMarkdown(alone, new Set(pictures.keys()));
    expect(markdown).toContain('There is no flat model of this tokenizer yet');
    expect(markdown).toContain('Block lengths at hand: 4 (`tiny-b4`). A series needs 3 models');
    expect(markdown).not.toMatch(/NaN|undefined|null/);
  });
});
