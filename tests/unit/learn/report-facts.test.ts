import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pickReportFacts, type ReportPart, reportOf } from '@/lib/learn/report-facts';
import facts from '@/lib/learn/report-facts.json';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { sameLossRival } from '@/lib/model/rivals';
import { ROOT } from '@/scripts/lib/run.mjs';

const report: ReportPart = JSON.parse(
  readFileSync(path.join(ROOT, 'docs', 'report', 'report.json'), 'utf8'),
);

describe('what the lesson takes from the report', () => {
  it('is what the committed report says; `npm run evaluate -- --report` writes both', () => {
    expect(facts).toEqual(pickReportFacts(report));
  });

  it('is known of the model that the page loads', () => {
    const model = report.models.find(({ id }) => id === DEFAULT_MODEL);
    const known = reportOf(DEFAULT_MODEL, model?.weightsSha256 ?? '');
    expect(known).toMatchObject({ model: DEFAULT_MODEL });
    expect(known?.slots.losses).toHaveLength(4);
    expect(known?.sameLoss?.id).toBe(sameLossRival(DEFAULT_MODEL)?.id);
    for (const part of ['sink', 'prefixes', 'lastPrefix'] as const)
      expect(known?.[part]).toBeTruthy();
  });

  it('is nothing for other weights or another model', () => {
    expect(reportOf(DEFAULT_MODEL, '0'.repeat(64))).toBeNull();
    expect(reportOf('no-such-model', '0'.repeat(64))).toBeNull();
  });
});

describe('picking', () => {
  const block = {
    id: 'tiny-b4',
    architecture: 'block',
    weightsSha256: 'a',
    decoderParameters: 100,
    tokensSeen: 7,
  };
  const bare: ReportPart = {
    models: [
      block,
      { ...block, id: 'tiny-flat-match', architecture: 'flat', decoderParameters: 20 },
    ],
    scores: [
      {
        model: 'tiny-b4',
        text: 'modern-stories',
        scoredTokens: 9,
        bySlot: [{ value: 3, error: 1 }],
      },
    ],
    gaps: [
      { model: 'tiny-b4', against: 'tiny-other', text: 'modern-stories', times: 1 },
      { model: 'tiny-b4', against: 'tiny-flat-match', text: 'childrens-books', times: 4 },
      { model: 'tiny-b4', against: 'tiny-flat-match', text: 'modern-stories', times: 5 },
    ],
    inside: [
      {
        model: 'tiny-b4',
        unpadded: {
          far: { even: 0.1 },
          heads: [{ far: { first: 0.2 } }, { far: null }, { far: { first: 0.4 } }],
        },
        slots: [
          { slot: 0, prefixes: [{ value: 0.9, error: null }] },
          { slot: 1, prefixes: [{ value: 0.5, error: null }] },
        ],
        prefixes: [{ rates: rates(0.1, 0.2) }, { rates: rates(0.8, 0.3) }],
      },
    ],
    findings: [
      { id: 'slots', outcomes: [{ where: 'tiny-b4, modern-stories', verdict: 'partly' }] },
      { id: 'sink', outcomes: [{ where: 'tiny-b4, text alone in block 0', verdict: 'shown' }] },
      { id: 'prefixes', outcomes: [{ where: 'tiny-b4', verdict: 'not shown' }] },
    ],
  };

  function rates(rate: number, chance: number) {
    return { last: { rate: { value: rate, error: null }, chance: { value: chance, error: null } } };
  }

  it('takes far rows, the last slot, the last prefix, and the rival that the page draws', () => {
    const [picked, ...more] = pickReportFacts(bare);
    expect(more).toEqual([]);
    expect(picked).toEqual({
      model: 'tiny-b4',
      weightsSha256: 'a',
      decoderParameters: 100,
      tokensSeen: 7,
      slots: { verdict: 'partly', targets: 9, losses: [{ value: 3, error: 1 }] },
      sameLoss: { id: 'tiny-flat-match', decoderParameters: 20, times: 5 },
      sink: { verdict: 'shown', share: expect.closeTo(0.3), even: 0.1 },
      prefixes: { verdict: 'not shown', slot: 1, first: 0.5 },
      lastPrefix: { rate: 0.8, chance: 0.3 },
    });
  });

  it('leaves out what the report does not have', () => {
    const [picked] = pickReportFacts({ ...bare, gaps: [], inside: [], findings: [] });
    expect(picked).toMatchObject({ sameLoss: null, sink: null, prefixes: null, lastPrefix: null });
    expect(picked?.slots.verdict).toBeNull();
    expect(pickReportFacts({ ...bare, scores: [] })).toEqual([]);
  });
});
