import { PANEL_TITLES } from '@/lib/export/shown';
import { type EmbedShape, embedQuery, leastHeight } from './embed-address';

/** Pixels: room for one panel, its player and the bar. */
const PANEL_HEIGHT = 560;

/**
 * HTML to paste into a page: a frame that shows a run.
 *
 * @param page address of the page for frames, without query and fragment
 * @param fragment the run, as `writeLink` gives it
 */
export function embedSnippet(page: string, fragment: string, shape: EmbedShape): string {
  const { panel, hidden } = shape;
  const title = panel === null ? 'Blockscope' : `Blockscope: ${PANEL_TITLES[panel]}`;
  const height = panel === null ? leastHeight(hidden) : PANEL_HEIGHT;
  const source = `${page}${embedQuery(shape)}#${fragment}`;
  const attributes = [
    ['src', source],
    ['title', title],
    ['width', '100%'],
    ['height', String(height)],
    ['style', 'border: 0'],
    ['loading', 'lazy'],
    // Several threads where the site around it is isolated as well.
    ['allow', 'clipboard-write; cross-origin-isolated; fullscreen'],
  ] as const;
  return `<iframe ${attributes.map(([name, value]) => `${name}="${escaped(value)}"`).join(' ')}></iframe>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
