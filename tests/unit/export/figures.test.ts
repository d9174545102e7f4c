import { describe, expect, it } from 'vitest';
import { svgDrawing } from '@/lib/draw/svg-context';
import { rampIndex } from '@/lib/draw/theme';
import { captionOf } from '@/lib/export/caption';
import { figureOf } from '@/lib/export/figures';
import { broken, layoutSheet } from '@/lib/export/sheet';
import { PANELS, type PanelName, type Shown } from '@/lib/export/shown';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { axisAt } from '../draw/axis-sample';
import { recordingContext } from '../draw/recording-context';
import { THEME } from '../draw/theme';
import { shownAt, trace } from './shown';

const measure = (_: string, text: string) => text.length * 6.6;
const CAPTION = { title: 'Title', lines: ['one', 'two'] };

async function svgOf(panel: PanelName, shown: Shown = shownAt(18)): Promise<string> {
  const figure = figureOf(panel, shown, axisAt(trace, 18));
  if (!figure) throw new Error('nothing to draw');
  const caption = captionOf(panel, shown, new Date('2031-04-05'));
  const sheet = layoutSheet(figure, caption, THEME, measure);
  const drawing = svgDrawing(sheet.size.width, sheet.size.height, measure);
  sheet.paint(drawing.ctx);
  return drawing.finish({ title: caption.title, description: caption.lines.join('\n') });
}

describe('a picture', () => {
  it.each(PANELS)('of %s looks as it did', async (panel) => {
    await expect(await svgOf(panel)).toMatchFileSnapshot(`pictures/${panel}.svg`);
  });

  it.each(PANELS)('of %s stays inside its sheet', (panel) => {
    const figure = figureOf(panel, shownAt(18), axisAt(trace, 18));
    const { ctx, drawn } = recordingContext();
    figure?.paint(ctx, THEME);
    const rects = drawn.filter(({ call }) => call === 'fillRect');
    expect(rects.length).toBeGreaterThan(5);
    for (const { values } of rects) {
      const [x, y, width, height] = values as [number, number, number, number];
      expect(x + width).toBeLessThanOrEqual((figure?.size.width ?? 0) + 1);
      expect(y + height).toBeLessThanOrEqual((figure?.size.height ?? 0) + 1);
    }
  });

  it('has a cell in the colour of every recorded weight', () => {
    const figure = figureOf('global', shownAt(18), axisAt(trace, 18));
    const { ctx, drawn } = recordingContext();
    figure?.paint(ctx, THEME);
    const side = 39;
    const cells = drawn.filter(({ call, values }) => call === 'fillRect' && values[2] === side);
    const wanted = [0, 1, 2, 3].flatMap((row) =>
      Array.from(trace.globalRow(row, 1, 2), (weight) => THEME.globalRamp.css[rampIndex(weight)]),
    );
    expect(cells.map(({ fillStyle }) => fillStyle)).toEqual(wanted);
  });

  it('shows what the view leaves out in its key', async () => {
    const view = { ...DEFAULT_MAP_VIEW, hideFirst: true };
    expect(await svgOf('global', shownAt(18, { view }))).toContain('>left out</text>');
    expect(await svgOf('local', shownAt(18, { view }))).not.toContain('left out');
  });

  it('is none where the panel shows none', () => {
    expect(figureOf('global', shownAt(2), axisAt(trace, 2))).toBe(null);
    for (const panel of ['local', 'next'] as const)
      expect(figureOf(panel, shownAt(6), axisAt(trace, 6))).toBe(null);
  });
});

describe('a sheet', () => {
  it('leaves room for title and caption around the figure', () => {
    const figure = { size: { width: 500, height: 100 }, paint: () => {} };
    const { size, paint } = layoutSheet(figure, CAPTION, THEME, measure);
    const { ctx, drawn } = recordingContext();
    paint(ctx);
    const texts = drawn.filter(({ call }) => call === 'fillText').map(({ values }) => values);
    expect(texts.map(([text]) => text)).toEqual(['Title', 'one', 'two']);
    expect(Number(texts[2]?.[2])).toBeLessThan(size.height - 10);
    expect(size.width).toBe(556);
  });

  it('breaks long lines between words', () => {
    const width = (text: string) => text.length;
    expect(broken('aa bb cc', 5, width)).toEqual(['aa bb', 'cc']);
    expect(broken('aaaaaaaa b', 5, width)).toEqual(['aaaaaaaa', 'b']);
  });
});
