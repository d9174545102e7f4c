import { scaleLinear, scaleLog } from 'd3';
import type { Report } from '../build';
import { signed } from '../format';
import { PAPER_LENGTHS } from '../paper';
import { DASHES, pathOf } from './lines';
import { axes, type Panel, padded } from './panel';
import { type Colour, curve, dot, spread, svg, text } from './svg';

/**
 * Loss against block length, relative to the shortest length; second-hand values of the paper hollow and dashed. Null without a
 * series.
 */
export function lengthPicture({ series }: Report): string | null {
  const first = series[0];
  if (!first) return null;
  const panel: Panel = { x: 74, y: 58, width: 360, height: 300 };
  const shortest = first.points[0]?.blockLength ?? 1;
  const zero = PAPER_LENGTHS.find(({ blockLength }) => blockLength === shortest)?.loss;
  const ours = series.map(({ text: name, points }) => ({
    name: `${points[0]?.model} … ${points.at(-1)?.model}, ${name}`,
    points: points.map(({ blockLength, loss }) => ({
      blockLength,
      rise: loss.value - (points[0]?.loss.value ?? 0),
    })),
  }));
  const paper =
    zero === undefined
      ? []
      : PAPER_LENGTHS.filter(({ blockLength }) => blockLength >= shortest).map(
          ({ blockLength, loss }) => ({ blockLength, rise: loss - zero }),
        );
  const all = [...ours.flatMap(({ points }) => points), ...paper];
  const x = scaleLog(
    [shortest, Math.max(...all.map(({ blockLength }) => blockLength))],
    [panel.x + 20, panel.x + panel.width - 20],
  ).base(2);
  const y = scaleLinear(padded(all.map(({ rise }) => rise)), [panel.y + panel.height, panel.y]);
  const lines = [
    ...ours.map((line_, i) => ({ ...line_, hollow: false, dash: DASHES[i] ?? '' })),
    ...(paper.length > 0
      ? [{ name: 'paper, second-hand reading', points: paper, hollow: true, dash: '2 4' }]
      : []),
  ];
  const labels = spread(
    lines.map(({ points }) => y(points.at(-1)?.rise ?? 0)),
    15,
    panel.y + panel.height - 4,
  );
  const lengths = [...new Set(all.map(({ blockLength }) => blockLength))];
  const body = [
    axes(
      panel,
      {
        title: 'Loss against block length',
        xTitle: 'block length (log scale)',
        yTitle: `nats a token above the loss at block length ${shortest}`,
      },
      lengths.map((value) => ({ at: x(value), label: String(value) })),
      y.ticks(6).map((value) => ({ at: y(value), label: signed(value, 2) })),
    ),
    ...lines.flatMap(({ name, points, hollow, dash }, k) => {
      const colour: Colour = hollow ? 'flat' : 'global';
      const places = points.map(({ blockLength, rise }): [number, number] => [
        x(blockLength),
        y(rise),
      ]);
      return [
        curve(pathOf(places), colour, { dash }),
        ...places.map(([px, py]) => dot(px, py, colour, hollow)),
        text((places.at(-1)?.[0] ?? 0) + 12, (labels[k] ?? 0) + 4, name, { colour }),
      ];
    }),
  ];
  return svg(
    {
      width: 720,
      height: 420,
      title: 'Loss against block length',
      description: `Measured: ${ours.map(({ name }) => name).join(', ')}. Hollow: somebody else's reading of the paper's Figure 4a, other data and 85 million decoder parameters.`,
    },
    body.join('\n'),
  );
}
