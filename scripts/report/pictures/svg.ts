import { makeRamp, type Ramp, rampIndex } from '@/lib/draw/theme';

/** The page's colours, light and dark (`app/globals.css`). */
const COLOURS = {
  paper: ['#fbfaf7', '#131519'],
  ink: ['#1a1c20', '#eceae4'],
  mute: ['#5f626a', '#a4a7af'],
  line: ['#e5e2da', '#2c3037'],
  global: ['#2152c4', '#8fb1ff'],
  local: ['#b04f08', '#ffa65c'],
  flat: ['#6b6e76', '#a4a7af'],
} as const;

export type Colour = keyof typeof COLOURS;

const RAMPS = {
  global: [
    ['#eef3fd', '#7297e6', '#173f9f'],
    ['#1b2439', '#3c63c0', '#b5ccff'],
  ],
  local: [
    ['#fdf2e5', '#ea9a4e', '#964204'],
    ['#2a2017', '#ad611c', '#ffd3a6'],
  ],
} as const;

export type Hue = keyof typeof RAMPS;

/** Steps of a ramp in a picture; each needs a rule in its style sheet. */
const STEPS = 24;
const INKS = ['#ffffff', '#14161a'] as const;

/** What a reader that shows no pictures says, and what the picture is called. */
export interface Frame {
  width: number;
  height: number;
  title: string;
  description: string;
}

/** A whole picture, readable on light and dark pages alike. */
export function svg({ width, height, title, description }: Frame, body: string): string {
  const colours = (dark: 0 | 1) =>
    Object.entries(COLOURS)
      .map(([name, pair]) => `--${name}:${pair[dark]}`)
      .join(';');
  const steps = new Set(body.match(/\b(global|local)-\d+\b/g) ?? []);
  const rules = (dark: 0 | 1) => [...steps].sort().map((step) => rampRule(step, dark));
  const style = [
    `svg{${colours(0)};font:13px Inter,system-ui,"DejaVu Sans",sans-serif}`,
    ...Object.keys(COLOURS).map((name) => `.f-${name}{fill:var(--${name})}`),
    ...Object.keys(COLOURS).map((name) => `.s-${name}{stroke:var(--${name});fill:none}`),
    ...rules(0),
    `@media(prefers-color-scheme:dark){svg{${colours(1)}}${rules(1).join('')}}`,
  ].join('\n');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="f-paper" width="${width}" height="${height}"/>`,
    body,
    '</svg>\n',
  ].join('\n');
}

function rampRule(step: string, dark: 0 | 1): string {
  const [hue, number] = step.split('-') as [Hue, string];
  const at = Math.round((Number(number) / STEPS) * 255);
  const ramp = rampOf(hue, dark);
  return `.${step}{fill:${ramp.css[at]}}.${step}+text{fill:${ramp.ink[at]}}`;
}

const ramps = new Map<string, Ramp>();

function rampOf(hue: Hue, dark: 0 | 1): Ramp {
  const key = `${hue}${dark}`;
  const held = ramps.get(key) ?? makeRamp(RAMPS[hue][dark], INKS);
  ramps.set(key, held);
  return held;
}

export interface TextOptions {
  anchor?: 'start' | 'middle' | 'end';
  colour?: Colour;
  size?: number;
  bold?: boolean;
}

export function text(
  x: number,
  y: number,
  content: string,
  { anchor = 'start', colour = 'ink', size = 13, bold = false }: TextOptions = {},
): string {
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${near(x)}" y="${near(y)}" class="f-${colour}" font-size="${size}" text-anchor="${anchor}"${weight}>${escaped(content)}</text>`;
}

export function segment(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  colour: Colour,
  { width = 1, dash = '' }: { width?: number; dash?: string } = {},
): string {
  return `<line x1="${near(x1)}" y1="${near(y1)}" x2="${near(x2)}" y2="${near(y2)}" class="s-${colour}" stroke-width="${width}"${dashed(dash)}/>`;
}

export function curve(
  d: string | null,
  colour: Colour,
  { width = 2, dash = '' }: { width?: number; dash?: string } = {},
): string {
  return `<path d="${d ?? ''}" class="s-${colour}" stroke-width="${width}" stroke-linejoin="round"${dashed(dash)}/>`;
}

/** A dot; hollow for what was not measured here. */
export function dot(x: number, y: number, colour: Colour, hollow = false): string {
  const look = hollow
    ? `class="s-${colour}" stroke-width="2" style="fill:var(--paper)"`
    : `class="f-${colour}"`;
  return `<circle cx="${near(x)}" cy="${near(y)}" r="4" ${look}/>`;
}

/** A cell of a heat map on the fixed 0–1 square-root scale, with its number in percent. */
export function cell(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  share: number | null,
  hue: Hue,
): string {
  const middle = { x: x + width / 2, y: y + height / 2 + 4 };
  if (share === null) return text(middle.x, middle.y, '–', { anchor: 'middle', colour: 'mute' });
  const step = Math.round((rampIndex(share) / 255) * STEPS);
  return [
    `<rect class="${hue}-${step}" x="${near(x)}" y="${near(y)}" width="${width - 2}" height="${height - 2}" rx="2"/>`,
    `<text x="${near(middle.x - 1)}" y="${near(middle.y)}" font-size="12" text-anchor="middle">${Math.round(100 * share)}</text>`,
  ].join('');
}

/** Moves labels apart, so that each has `gap` to the next and none lies below `lowest`; they keep their order. */
export function spread(places: readonly number[], gap: number, lowest: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let floor = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    moved[i] = Math.max(places[i] ?? 0, floor);
    floor = (moved[i] ?? 0) + gap;
  }
  let ceiling = lowest;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i] ?? 0, ceiling);
    ceiling = (moved[i] ?? 0) - gap;
  }
  return moved;
}

export const near = (value: number) => Math.round(value * 10) / 10;

const dashed = (dash: string) => (dash ? ` stroke-dasharray="${dash}"` : '');

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
