import { describe, expect, it } from 'vitest';
import { captionOf, fileName, shortened } from '@/lib/export/caption';
import { documentOf, exportSchema, toJson } from '@/lib/export/document';
import { PANELS, type PanelName, type Shown } from '@/lib/export/shown';
import { tableOf } from '@/lib/export/tables';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { shownAt, trace } from './shown';

const DATE = new Date('2031-04-05T06:07:08.000Z');

function made(panel: PanelName, shown: Shown = shownAt(18)) {
  const table = tableOf(panel, shown);
  if (!table) throw new Error('nothing to export');
  return documentOf(panel, shown, table, DATE);
}

describe('JSON', () => {
  it.each(PANELS)('of %s reads back as it was written', (panel) => {
    const document = made(panel);
    const read = exportSchema.parse(JSON.parse(toJson(document)));
    expect(read).toEqual(document);
    expect(read.rows).toHaveLength(tableOf(panel, shownAt(18))?.rows.length ?? -1);
  });

  it('says where the numbers come from', () => {
    const shown = shownAt(18, { global: { layer: 1, head: 'mean' } });
    expect(made('global', shown)).toMatchObject({
      model: { id: 'test', weightsSha256: 'b'.repeat(64) },
      prompt: 'Öl 🙂',
      sampling: { seed: 7, temperature: 0.8, topK: null, topP: 1, ignoreEnd: false },
      backend: 'wasm',
      provenance: 'synthetic',
      exported: '2031-04-05T06:07:08.000Z',
      step: { token: 18, block: 4, slot: 2, text: ' "so"' },
      attention: { decoder: 'block', layer: 1, head: 'mean', name: 'layer 1, mean of 3 heads' },
    });
    expect(made('local').attention).toMatchObject({ decoder: 'token', layer: 0, head: 1 });
    expect(made('next').attention).toBe(null);
  });

  it('is refused when a row lacks a value or a head is no head', () => {
    const document = made('global');
    const short = { ...document, rows: [...document.rows, [1, 2]] };
    expect(exportSchema.safeParse(short).success).toBe(false);
    const wrong = { ...document, attention: { ...document.attention, head: -1 } };
    expect(exportSchema.safeParse(wrong).success).toBe(false);
    expect(exportSchema.safeParse(document).success).toBe(true);
  });
});

describe('a caption', () => {
  it('names model, prompt, step, layer, head, scale, provenance and date', () => {
    const { title, lines } = captionOf('global', shownAt(18), DATE);
    expect(title).toBe('Global attention · layer 1, head 2');
    expect(lines).toEqual([
      'token 18: block 4, slot 2 · √ scale, fixed from 0 to 1',
      'test · seed 7, temperature 0.8 · wasm · synthetic · 2031-04-05',
      'Prompt: “Öl 🙂”',
    ]);
    expect(captionOf('axis', shownAt(18), DATE).lines[0]).toBe(
      'token 18: block 4, slot 2 · attention of layer 1, head 2',
    );
    expect(captionOf('next', shownAt(18), DATE).title).toBe('Next token');
  });

  it('says what a view leaves out and how heads were combined', () => {
    const view = { ...DEFAULT_MAP_VIEW, mass: 0.5, hideFirst: true };
    const shown = shownAt(18, { view, global: { layer: 0, head: 'max' } });
    expect(captionOf('global', shown, DATE).lines[1]).toBe(
      'maximum of 3 heads of layer 0, cell by cell: a row may exceed 1; largest weights until 50 % of each row; first block hidden, row scale unchanged',
    );
  });

  it('shortens a prompt to one line', () => {
    expect(shortened(' two\n\nlines ', 20)).toBe('two lines');
    expect(shortened('🙂🙂🙂🙂', 3)).toBe('🙂🙂…');
  });

  it('and the name of a file say which head it is', () => {
    expect(fileName('global', shownAt(18), 'svg')).toBe(
      'blockscope-test-global-layer-1-head-2-token-18.svg',
    );
    expect(fileName('next', shownAt(18), 'csv')).toBe('blockscope-test-next-token-18.csv');
    expect(trace.header.model.id).toBe('test');
  });
});
