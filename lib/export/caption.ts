import { SCALES } from '@/lib/draw/theme';
import { placeOf } from '@/lib/model/layout';
import { combinedText } from '@/lib/trace/heads';
import { viewStatements } from '@/lib/trace/map-view';
import { headChoice, headName, PANEL_TITLES, type PanelName, type Shown } from './shown';

/** Characters of a prompt that a caption quotes. */
const PROMPT_ROOM = 72;

/** What is written with a saved picture: its title, and under it where the numbers come from. */
export interface Caption {
  title: string;
  lines: string[];
}

/** Title and caption of a panel's picture: model, prompt, step, layer and head, scale, provenance and date. */
export function captionOf(panel: PanelName, shown: Shown, date: Date): Caption {
  const { trace, cursor, view } = shown;
  const { model, prompt, backend, provenance, sampling } = trace.header;
  const { block, slot } = placeOf(cursor, trace.dims);
  const heads = headName(panel, shown);
  const step = `token ${cursor}: block ${block}, slot ${slot}`;
  const isMap = panel === 'global' || panel === 'local';
  return {
    title: heads && isMap ? `${PANEL_TITLES[panel]} · ${heads}` : PANEL_TITLES[panel],
    lines: [
      [
        step,
        heads && !isMap && `attention of ${heads}`,
        isMap && `${SCALES[view.scale].name}, fixed from 0 to 1`,
      ]
        .filter(Boolean)
        .join(' · '),
      ...(isMap ? statementsOf(panel, shown) : []),
      `${model.id} · seed ${sampling.seed}, temperature ${sampling.temperature} · ${backend} · ${provenance} · ${dayOf(date)}`,
      `Prompt: “${shortened(prompt, PROMPT_ROOM)}”`,
    ].filter((line) => line !== ''),
  };
}

function statementsOf(panel: 'global' | 'local', shown: Shown): string[] {
  const heads = headChoice(panel, shown);
  const { dims } = shown.trace;
  const layers = panel === 'global' ? dims.blockLayers : dims.tokenLayers;
  const combined = heads && combinedText(heads.choice, layers, dims.heads);
  const statements = [...(combined ? [combined] : []), ...viewStatements(shown.view, panel)];
  return statements.length === 0 ? [] : [statements.join('; ')];
}

/** Text in one line, cut at `room` characters. */
export function shortened(text: string, room: number): string {
  const symbols = [...text.replaceAll(/\s+/g, ' ').trim()];
  return symbols.length <= room ? symbols.join('') : `${symbols.slice(0, room - 1).join('')}…`;
}

/** For instance `2030-01-02`. */
function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** A name for a saved file that says what it holds: `blockscope-global-layer-0-head-3-token-41.svg`. */
export function fileName(panel: PanelName, shown: Shown, extension: string): string {
  const heads = panel === 'global' || panel === 'local' ? headName(panel, shown) : null;
  const words = ['blockscope', shown.trace.header.model.id, panel, heads, `token-${shown.cursor}`];
  const name = words
    .filter(Boolean)
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return `${name}.${extension}`;
}
