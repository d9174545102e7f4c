import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BLOCK_MODELS } from '@/lib/model/catalog';
import { parseManifest } from '@/lib/model/parse-manifest';
import { bytesPerRivalPosition, sameLossRival, sameSizeWords } from '@/lib/model/rivals';
import { MODELS } from '@/scripts/models';

/** Nats a token within which two models write equally well. */
const SAME = 0.05;

interface Gap {
  model: string;
  against: string;
  gap: { value: number };
}

const manifestOf = (id: string) =>
  parseManifest(readFileSync(path.join(MODELS, id, 'manifest.json'), 'utf8'));
const pairs = BLOCK_MODELS.flatMap((model) => {
  const rival = sameLossRival(model);
  return rival ? [{ model, rival }] : [];
});

describe('the flat model of the same loss', () => {
  it('is known for the model that the page opens with', () => {
    expect(pairs.map(({ model }) => model)).toContain('tiny-b4');
    expect(sameLossRival('no-such-model')).toBeNull();
  });

  it.each(pairs)('of $model ships, and has the shape that is stated', ({ model, rival }) => {
    expect(existsSync(path.join(MODELS, rival.id))).toBe(true);
    const { architecture, dims } = manifestOf(rival.id);
    expect(architecture).toBe('flat');
    expect(dims.vocabulary).toBe(manifestOf(model).dims.vocabulary);
    expect([dims.blockLayers + dims.tokenLayers, dims.width]).toEqual([rival.layers, rival.width]);
    expect(bytesPerRivalPosition(rival)).toBe(2 * rival.layers * rival.width * 4);
  });

  it.each(pairs)('of $model writes as well, says the committed report', ({ model, rival }) => {
    const report = JSON.parse(readFileSync('docs/report/report.json', 'utf8'));
    const gaps = (report.gaps as Gap[]).filter(
      (gap) => gap.model === model && gap.against === rival.id,
    );
    expect(gaps.length).toBeGreaterThan(0);
    for (const { gap } of gaps) expect(Math.abs(gap.value)).toBeLessThanOrEqual(SAME);
  });
});

describe('the flat model of the same size', () => {
  const size = (id: string) => {
    const { dims } = manifestOf(id);
    return [dims.blockLayers + dims.tokenLayers, dims.width, dims.heads, dims.vocabulary];
  };

  it.each(['tiny-b4', 'tiny-b8'])(
    'of %s ships, and writes better on every text, as the page says',
    (id) => {
      expect(size('tiny-flat-same')).toEqual(size(id));
      const report = JSON.parse(readFileSync('docs/report/report.json', 'utf8'));
      const gaps = (report.gaps as Gap[]).filter(
        ({ model, against }) => model === id && against === 'tiny-flat-same',
      );
      expect(gaps.length).toBeGreaterThan(1);
      for (const { gap } of gaps) expect(gap.value).toBeGreaterThan(SAME);
      expect(sameSizeWords(id)).toBe('writes better');
    },
  );

  it('is that of the paper where none ships', () => {
    expect(sameSizeWords('nano-b4')).toBe('in the paper it writes better');
  });
});
