import { line } from 'd3';
import type { Report } from '../build';
import { type Colour, near } from './svg';

/** Dashes that tell lines of one colour apart. */
export const DASHES = ['', '7 4', '2 3', '9 3 2 3', '12 5'];

export type Models = Report['models'];

/** Blue for block models, grey for flat ones. */
export const colourOf = (models: Models, id: string): Colour =>
  models.find((model) => model.id === id)?.architecture === 'flat' ? 'flat' : 'global';

/** Models of one colour are told apart by their dashes. */
export const dashOf = (models: Models, id: string): string => {
  const colour = colourOf(models, id);
  const same = models.filter((model) => model.main && colourOf(models, model.id) === colour);
  return DASHES[same.findIndex((model) => model.id === id) % DASHES.length] ?? '';
};

/** An SVG path through points, in pixels. */
export function pathOf(points: readonly (readonly [number, number])[]): string | null {
  return line<readonly [number, number]>(
    ([x]) => near(x),
    ([, y]) => near(y),
  )(points);
}
