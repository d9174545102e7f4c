import { describe, expect, it } from 'vitest';
import { ASIDE_WORDS, CHAPTER_WORDS, type Question } from '@/lib/learn/chapter';
import { CHAPTERS } from '@/lib/learn/chapters';
import { Facts } from '@/lib/learn/facts';
import { piecesOf, plainText, wordCount } from '@/lib/learn/marked';
import type { ModelReport, Verdict } from '@/lib/learn/report-facts';
import { viewOf } from '@/lib/learn/view';
import { placeOf } from '@/lib/model/layout';
import { applyView } from '@/lib/share/view';
import type { AppState } from '@/lib/store/store';
import { TraceRecorder } from '@/lib/trace/recorder';
import { DIMS, header, prefill, prompt, step } from '../trace/synthetic';
import { page, shipped, shippedFacts, synthetic, type TestPage, writer } from './page';

const VERDICTS: readonly Verdict[] = ['shown', 'partly', 'not shown'];
const report = shippedFacts.report as ModelReport;

/** The shipped run as if the report had come out otherwise. */
const otherwise = VERDICTS.map((verdict) => {
  const { slots, sink, prefixes } = report;
  return new Facts(shipped, writer, {
    ...report,
    slots: { ...slots, verdict },
    sink: sink && { ...sink, verdict },
    prefixes: prefixes && { ...prefixes, verdict },
  });
});

/** A run that was measured here, by a model of other sizes, under other sampling. */
function measured(change: Partial<ReturnType<typeof header>['sampling']>): Facts {
  const head = header();
  const sampling = { ...head.sampling, ...change };
  const recorder = new TraceRecorder(
    { ...head, sampling, provenance: 'measured' },
    { tokens: prompt(2).tokens.map((id) => Math.max(2, id)), pads: 0 },
  );
  recorder.appendPrefill(prefill(1));
  for (let block = 2; block < 6; block++) recorder.appendStep(step(block));
  recorder.finish('length');
  return new Facts(recorder.trace, null);
}

const RUNS: readonly [name: string, facts: Facts][] = [
  ['the shipped run', shippedFacts],
  ...otherwise.map((facts, i): [string, Facts] => [`the shipped run, all ${VERDICTS[i]}`, facts]),
  ['the shipped run without a report', new Facts(shipped, writer, null)],
  ['a small made-up run', new Facts(synthetic(), null)],
  ['a greedy run', measured({ temperature: 0 })],
  ['a hot run without cuts', measured({ temperature: 1.3 })],
  ['a run with every cut', measured({ temperature: 1, topK: 128, topP: 0.95 })],
];

const each = RUNS.flatMap(([name, facts]) =>
  CHAPTERS.map((chapter) => [chapter.id, name, chapter, facts] as const),
);

describe('the lesson', () => {
  it('has about ten chapters, each with a name of its own', () => {
    expect(CHAPTERS.map(({ id }) => id)).toEqual([
      'memory',
      'blocks',
      'embedder',
      'global',
      'context',
      'local',
      'next',
      'boundary',
      'staircase',
      'cost',
      'speed',
    ]);
    expect(new Set(CHAPTERS.map(({ title }) => title)).size).toBe(CHAPTERS.length);
  });

  it('asks a question in most of them', () => {
    const asked = CHAPTERS.filter(({ question }) => question?.(shippedFacts));
    expect(asked.map(({ id }) => id)).toEqual([
      'memory',
      'blocks',
      'context',
      'local',
      'staircase',
      'cost',
      'speed',
    ]);
  });
});

describe.each(each)('chapter %s on %s', (_id, _name, chapter, facts) => {
  const text = chapter.text(facts);
  const question = chapter.question?.(facts) ?? null;
  const said = [...text, chapter.task.text(facts), ...asides(question)];

  it('is short', () => {
    const words = text.reduce((sum, one) => sum + wordCount(one), 0);
    expect(words, plainText(text.join(' '))).toBeLessThanOrEqual(CHAPTER_WORDS);
    expect(words).toBeGreaterThan(30);
    expect(wordCount(chapter.task.text(facts))).toBeLessThanOrEqual(ASIDE_WORDS);
    if (!question) return;
    expect(wordCount([question.ask, ...question.answers].join(' '))).toBeLessThanOrEqual(
      ASIDE_WORDS,
    );
    expect(wordCount(question.reveal)).toBeLessThanOrEqual(ASIDE_WORDS);
  });

  it('has marks that can be read, numbers that exist, and no gap', () => {
    for (const one of said) {
      expect(() => piecesOf(one)).not.toThrow();
      expect(plainText(one)).not.toMatch(/NaN|undefined|null|Infinity|\[|\]|\*|\s\s|\s[.,;]|\(\s/);
      if (one !== '') expect(one).toMatch(/[.?]$/);
    }
  });

  it('points at the picture', () => {
    const parts = text.flatMap(piecesOf).filter(({ kind }) => kind === 'part');
    expect(parts.length + linked(chapter.task.text(facts))).toBeGreaterThan(0);
  });

  it('names the place of what it says of the paper', () => {
    const place = /abstract|[Ss]ections?|[Tt]ables?|Figures?|[Aa]ppendix/;
    for (const paragraph of text) {
      if (!/paper/i.test(paragraph)) continue;
      expect(paragraph).toMatch(place);
    }
  });

  it('begins with its task still to be done', () => {
    const { store } = page();
    store.getState().showTrace(facts.trace, null);
    const view = viewOf(chapter, facts);
    applyView(store, view);
    expect(store.getState().cursor).toBe(view.cursor);
    expect(chapter.task.done(store.getState(), facts, view)).toBe(false);
  });

  it('asks what has one right answer', () => {
    if (!question) return;
    expect(new Set(question.answers).size).toBe(question.answers.length);
    expect(question.answers.length).toBeGreaterThan(1);
    expect(question.answers[question.right]).toBeTruthy();
  });
});

function asides(question: Question | null): string[] {
  return question ? [question.ask, question.reveal] : [];
}

function linked(text: string): number {
  return piecesOf(text).filter(({ kind }) => kind !== 'plain').length;
}

/** What a reader does, chapter by chapter, by the commands and actions of the page. */
const DEEDS: Record<string, (page: TestPage, facts: Facts) => void> = {
  memory: ({ store }, { last }) => store.getState().seek(last, true),
  blocks: ({ store }, facts) => store.getState().seek(facts.first + facts.dims.blockLength),
  embedder: ({ commands }) => commands['station-block'].run(),
  global: ({ store }, facts) => {
    const { block } = placeOf(facts.last, facts.dims);
    for (let layer = 0; layer < facts.dims.blockLayers; layer++) {
      for (let head = 0; head < facts.dims.heads; head++) {
        const row = facts.trace.globalRow(block - 1, layer, head);
        if (row.indexOf(Math.max(...row)) === 0) continue;
        store.getState().choose('global', { layer, head });
        return;
      }
    }
  },
  context: ({ commands }) => commands['forward-block'].run(),
  local: ({ commands }, { dims }) => {
    for (let i = 1; i < dims.blockLength; i++) commands['forward-token'].run();
  },
  next: ({ store }, facts) => store.getState().seek(facts.mostSurprising()[2] ?? 0),
  boundary: ({ commands }) => {
    commands['forward-token'].run();
    commands['forward-token'].run();
  },
  staircase: ({ commands }) => commands['station-cache'].run(),
  cost: ({ store }, facts) => store.getState().seek(facts.mostSurprising(0)[1] ?? 0),
  speed: ({ commands, store }, { last }) => {
    commands['full-pace'].run();
    store.getState().seek(last);
  },
};

describe.each(CHAPTERS)('the task of chapter $id', (chapter) => {
  function begun(facts: Facts) {
    const own = page();
    own.store.getState().showTrace(facts.trace, null);
    const view = viewOf(chapter, facts);
    applyView(own.store, view);
    const done = (state: AppState = own.store.getState()) => chapter.task.done(state, facts, view);
    return { ...own, done };
  }

  it.each([
    ['the shipped run', shippedFacts] as const,
    ['a greedy run', measured({ temperature: 0 })] as const,
  ])('is done by what it asks for, on %s', (_, facts) => {
    const { store, done, ...tools } = begun(facts);
    DEEDS[chapter.id]?.({ store, ...tools }, facts);
    expect(done()).toBe(true);
    const found = chapter.task.found(store.getState(), facts);
    expect(found).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(wordCount(found)).toBeLessThanOrEqual(ASIDE_WORDS);
  });

  it('is not done by looking around', () => {
    const { store, commands, done } = begun(shippedFacts);
    store.getState().setMapView({ scale: 'log' });
    commands['map-view'].run();
    store.getState().hover({ from: 3, to: 4 });
    commands['zoom-in'].run();
    store.getState().choose('local', { layer: 1, head: 1 });
    expect(done()).toBe(false);
  });

  it('has buttons for commands that exist', () => {
    const { commands } = page();
    for (const id of chapter.task.commands) expect(commands[id].id).toBe(id);
  });
});

describe('what is said of the shipped run', () => {
  const textOf = (id: string) => {
    const chapter = CHAPTERS.find((one) => one.id === id);
    return plainText(chapter?.text(shippedFacts).join(' ') ?? '');
  };
  const questionOf = (id: string) =>
    CHAPTERS.find((one) => one.id === id)?.question?.(shippedFacts) ?? null;

  // Three layers of width 256 a decoder, fp32: 2 · 3 · 256 · 4 bytes a block, twice the layers a token of the flat model.
  it('counts the caches', () => {
    expect(textOf('memory')).toContain('12 KiB more with every token');
    expect(textOf('staircase')).toContain('this model’s cache: 6 KiB a block');
    expect(textOf('staircase')).toContain('8 times as much, for 4 times the positions in twice');
    expect(textOf('staircase')).toContain('keeps 4 times less than a flat 302M');
    const question = questionOf('staircase');
    expect(question?.answers).toEqual(['96 KiB', '384 KiB', '768 KiB']);
    expect(question?.right).toBe(0);
  });

  it('counts the prompt: 10 tokens, 2 pads, 3 blocks', () => {
    expect(textOf('blocks')).toContain('10 tokens do not fill whole blocks, so 2 pads stand');
    expect(questionOf('blocks')).toMatchObject({ answers: ['2', '3', '10'], right: 1 });
  });

  it('tells what the report did not find, too', () => {
    expect(textOf('global')).toMatch(/Ours does not in long texts \(report: 0\.3 % on average\)/);
    expect(textOf('local')).toContain('So do ours: at slot 3, prefix 0 gets 35 %');
    expect(textOf('context')).toContain('in 88 % of the blocks; chance gives 2.6 %');
    expect(textOf('cost')).toContain('3.03, 2.99, 3.00, 3.03 nats by slot, too close to call');
    expect(textOf('cost')).toContain('needs 21.2 times the decoder parameters of a flat model');
  });

  it('quotes the paper by its own tables', () => {
    expect(textOf('speed')).toContain('7 to 16 times as many tokens a second');
  });

  it('finds the most surprising tokens of the run', () => {
    const top = shippedFacts.mostSurprising();
    expect(top).toHaveLength(shippedFacts.written);
    const bits = top.map((token) => shippedFacts.bits(token));
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
    expect(shippedFacts.mostSurprising(0).every((token) => token % 4 === 0)).toBe(true);
    expect(shippedFacts.bits(0)).toBeNaN();
    const mean = bits.reduce((sum, one) => sum + one, 0) / bits.length;
    const bySlot = shippedFacts.bitsBySlot();
    expect(bySlot.reduce((sum, one) => sum + one, 0) / 4).toBeCloseTo(mean, 6);
  });
});

it('speaks of the dims of the model on the screen', () => {
  const facts = new Facts(synthetic(), null);
  const embedder = CHAPTERS.find(({ id }) => id === 'embedder');
  const text = embedder?.text(facts).join(' ') ?? '';
  expect(text).toContain(`vector of ${DIMS.width} numbers`);
  expect(text).not.toMatch(/256|4,096/);
});
