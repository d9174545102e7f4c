import { scaleLinear, scalePoint } from 'd3';
import type { Report } from '../build';
import { signed } from '../format';
import type { GapResult, ScoreResult } from '../results';
import type { Estimate } from '../statistics';
import { colourOf, dashOf, type Models, pathOf } from './lines';
import { axes, padded, panelsIn } from './panel';
import { type Colour, curve, dot, spread, svg, text } from './svg';

/** What lines of a slot chart show: loss by slot less its mean over the slots. */
function slotLines(
  models: Models,
  score: ScoreResult,
  gaps: readonly GapResult[],
): { id: string; colour: Colour; dash: string; points: Estimate[] }[] {
  const rivals = gaps.filter(({ model, text }) => model === score.model && text === score.text);
  const lines = [
    { id: score.model, slots: score.bySlot },
    ...rivals.map(({ against, bySlot }) => ({
      id: against,
      slots: bySlot.map((slot) => slot.against),
    })),
  ];
  return lines.map(({ id, slots }) => {
    const mean = slots.reduce((sum, { value }) => sum + value, 0) / slots.length;
    return {
      id,
      colour: colourOf(models, id),
      dash: colourOf(models, id) === 'flat' ? dashOf(models, id) || '5 3' : '',
      points: slots.map(({ value, error }) => ({ value: value - mean, error })),
    };
  });
}

/** Loss by slot, a row a block model and a panel a text; null without blocks of two tokens or more. */
export function slotPicture({ models, scores, gaps, texts }: Report): string | null {
  const rows = models.filter(
    ({ main, architecture, blockLength }) => main && architecture === 'block' && blockLength > 1,
  );
  if (rows.length === 0) return null;
  const height = 210;
  const step = height + 120;
  const charts = rows.flatMap(({ id, blockLength }, row) =>
    panelsIn(texts.length, { x: 74, y: 58 + row * step, width: 270, height, gap: 190 }).flatMap(
      (panel, i) => {
        const name = texts[i]?.name ?? '';
        const score = scores.find(({ model, text }) => model === id && text === name);
        return score
          ? [{ panel, id, name, blockLength, lines: slotLines(models, score, gaps) }]
          : [];
      },
    ),
  );
  const domain = padded(
    charts.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map((p) => p.value))),
  );
  const body = charts.map(({ panel, id, name, blockLength, lines }) => {
    const x = scalePoint(
      Array.from({ length: blockLength }, (_, slot) => slot),
      [panel.x + 16, panel.x + panel.width - 16],
    );
    const at = (slot: number) => x(slot) ?? 0;
    const y = scaleLinear(domain, [panel.y + panel.height, panel.y]);
    const labels = spread(
      lines.map(({ points }) => y(points.at(-1)?.value ?? 0)),
      15,
      panel.y + panel.height - 4,
    );
    return [
      axes(
        panel,
        {
          title: `${id}, ${name}`,
          xTitle: 'slot',
          yTitle: "nats above the model's own mean over the slots",
        },
        x.domain().map((slot) => ({ at: at(slot), label: String(slot) })),
        y.ticks(6).map((value) => ({ at: y(value), label: signed(value, 2) })),
      ),
      ...lines.flatMap(({ id: line_, colour, dash, points }, k) => [
        curve(pathOf(points.map(({ value }, slot) => [at(slot), y(value)])), colour, { dash }),
        ...points.map(({ value }, slot) => dot(at(slot), y(value), colour)),
        text(panel.x + panel.width, (labels[k] ?? 0) + 4, line_, { colour }),
      ]),
    ].join('\n');
  });
  return svg(
    {
      width: 74 + texts.length * 460 - 40,
      height: 20 + rows.length * step,
      title: 'Loss by slot',
      description:
        'Loss at each slot of a block, less the mean over the slots; flat models on the same targets dashed. The numbers are in the table.',
    },
    body.join('\n'),
  );
}
