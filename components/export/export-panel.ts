import { svgDrawing } from '@/lib/draw/svg-context';
import { captionOf, fileName } from '@/lib/export/caption';
import { toCsv } from '@/lib/export/csv';
import { documentOf, toJson } from '@/lib/export/document';
import { figureOf } from '@/lib/export/figures';
import { copyText, download, NO_CLIPBOARD, NO_FILES, type Outcome } from '@/lib/export/hand-over';
import { layoutSheet, type Sheet } from '@/lib/export/sheet';
import type { PanelName, Shown } from '@/lib/export/shown';
import { type Part, tableOf } from '@/lib/export/tables';
import type { AppState } from '@/lib/store/store';
import { readTheme } from '../canvas/read-theme';
import { axisData } from '../time/axis-data';
import { shownNow } from './shown-now';

export type ExportFormat = 'csv' | 'json' | 'png' | 'svg';

/** Pixels of a saved image for each of the page's own. */
const SCALE = 2;

/** Copies the numbers of a panel, or saves its picture. Never rejects: what went wrong is in the outcome. */
export async function exportPanel(
  state: AppState,
  panel: PanelName,
  format: ExportFormat,
  part: Part,
): Promise<Outcome> {
  const shown = shownNow(state);
  if (!shown) return nothing('Nothing is written yet: generate first.');
  try {
    return format === 'csv' || format === 'json'
      ? await copy(shown, panel, format, part)
      : await save(state, shown, panel, format);
  } catch (error) {
    return nothing(`This did not work: ${error instanceof Error ? error.message : error}`);
  }
}

async function copy(
  shown: Shown,
  panel: PanelName,
  format: 'csv' | 'json',
  part: Part,
): Promise<Outcome> {
  const table = tableOf(panel, shown, part);
  if (!table) return nothing('There are no numbers here at this token.');
  const text =
    format === 'csv'
      ? toCsv(
          table.columns.map(({ name }) => name),
          table.rows,
        )
      : toJson(documentOf(panel, shown, table, new Date()));
  if (!(await copyText(text))) return { done: false, sentence: NO_CLIPBOARD, text };
  const count = `${table.rows.length.toLocaleString('en')} ${table.rows.length === 1 ? 'row' : 'rows'}`;
  return { done: true, sentence: `Copied ${count}`, text: null };
}

async function save(
  state: AppState,
  shown: Shown,
  panel: PanelName,
  format: 'png' | 'svg',
): Promise<Outcome> {
  const { data } = axisData(state, 1);
  const figure = figureOf(panel, shown, { ...data, hovered: null });
  if (!figure) return nothing('There is nothing drawn here at this token.');
  // What is pasted into slides or a paper stands on white, whatever the page looks like.
  const theme = { ...readTheme('light'), paper: '#ffffff', panel: '#ffffff' };
  const caption = captionOf(panel, shown, new Date());
  const measure = canvasMeasure();
  const sheet = layoutSheet(figure, caption, theme, measure);
  const name = fileName(panel, shown, format);
  if (format === 'png') {
    const image = await pngOf(sheet);
    if (!image || !download(image, name)) {
      return nothing('The browser could not save the image; try SVG instead.');
    }
  } else {
    const drawing = svgDrawing(sheet.size.width, sheet.size.height, measure);
    sheet.paint(drawing.ctx);
    const text = await drawing.finish({
      title: caption.title,
      description: caption.lines.join('\n'),
      imageUrl: addressOf,
    });
    if (!download(new Blob([text], { type: 'image/svg+xml' }), name)) {
      return { done: false, sentence: NO_FILES, text };
    }
  }
  return { done: true, sentence: `Saved ${format.toUpperCase()}`, text: null };
}

function nothing(sentence: string): Outcome {
  return { done: false, sentence, text: null };
}

function canvasMeasure(): (font: string, text: string) => number {
  const ctx = document.createElement('canvas').getContext('2d');
  return (font, text) => {
    if (!ctx) return 0;
    ctx.font = font;
    return ctx.measureText(text).width;
  };
}

async function pngOf(sheet: Sheet): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = sheet.size.width * SCALE;
  canvas.height = sheet.size.height * SCALE;
  const ctx = canvas.getContext('2d');
  if (!ctx) return null;
  ctx.scale(SCALE, SCALE);
  sheet.paint(ctx);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}

/** An image drawn inside a picture as a data address. */
async function addressOf(image: CanvasImageSource): Promise<string> {
  if (!(image instanceof OffscreenCanvas)) throw new Error('only a drawn image can be kept');
  const blob = await image.convertToBlob({ type: 'image/png' });
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('the image could not be read'));
    reader.readAsDataURL(blob);
  });
}
