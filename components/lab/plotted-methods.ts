import { METHODS } from '@/lib/methods';
import { defaults, type Method, type Params, type Shape, total } from '@/lib/methods/types';
import type { Setting } from '@/lib/model/scaling';
import type { ChartTone } from '../chart/chart-layout';

/** Lines beside those of the two architectures: more could not be told apart. */
export const MOST_OTHERS = 4;

/** Methods with a decoder's cache on tokens, the yardstick and the Block Transformer aside: they have lines of their own. */
export const PLOTTED: readonly Method[] = METHODS.filter(
  ({ id, stored, unit, kind }) =>
    stored !== null &&
    unit === 'token' &&
    kind === 'decoder cache' &&
    id !== 'multi-head' &&
    id !== 'block-transformer',
);

/** How the lines of other methods look, in the order in which they were added. */
export const OTHER_LINES: readonly { tone: ChartTone; dashed: boolean }[] = [
  { tone: 'ink', dashed: false },
  { tone: 'local', dashed: false },
  { tone: 'ink', dashed: true },
  { tone: 'local', dashed: true },
];

/** The flat transformer of a setting's size, on which the other methods are counted. */
export function shapeOf(setting: Setting): Shape {
  const { blockLayers, tokenLayers, width, heads, prompt } = setting;
  return {
    layers: blockLayers + tokenLayers,
    width,
    heads,
    headWidth: width / heads,
    promptLength: prompt,
  };
}

/** Bytes that a method holds after `tokens` tokens; null without a decode cache. */
export function methodBytes(
  method: Method,
  tokens: number,
  shape: Shape,
  bytesPerNumber: number,
  params: Params = defaults(method),
): number | null {
  return method.stored && bytesPerNumber * total(method.stored(tokens, shape, params));
}
