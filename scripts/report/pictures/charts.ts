import { line, scaleLinear, scaleLog, scalePoint } from 'd3';
import type { Report } from '../build';
import { fixed, range, signed, whole } from '../format';
import { PAPER_LENGTHS } from '../paper';
import type { GapResult, ScoreResult } from '../results';
import type { Estimate } from '../statistics';
import { axes, type Panel, padded, panelsIn } from './panel';
import { type Colour, curve, dot, near, segment, spread, svg, text } from './svg';

const DASHES = ['', '7 4', '2 3', '9 3 2 3', '12 5'];

type Models = Report['models'];

const colourOf = (models: Models, id: string): Colour =>
  models.find((model) => model.id === id)?.architecture === 'flat' ? 'flat' : 'global';

/** Models of one colour are told apart by their dashes. */
const dashOf = (models: Models, id: string): string => {
  const colour = colourOf(models, id);
  const same = models.filter((model) => model.main && colourOf(models, model.id) === colour);
  return DASHES[same.findIndex((model) => model.id === id) % DASHES.length] ?? '';
};

function whisker(x: number, { value, error }: Estimate, y: (v: number) => number, colour: Colour) {
  return error === null ? '' : segment([x, y(value - error)], [x, y(value + error)], colour);
}

/** Held-out loss against decoder parameters, a panel a text; null with fewer than two models. */
export function lossPicture({ models, scores, texts }: Report): string | null {
  const main = models.filter((model) => model.main);
  if (main.length < 2) return null;
  const panels = panelsIn(texts.length, { x: 64, y: 56, width: 330, height: 280, gap: 170 });
  const sizes = main.map((model) => model.decoderParameters);
  const body = texts.map(({ name }, i) => {
    const panel = panels[i] as Panel;
    const own = scores.filter(
      ({ text, model }) => text === name && main.some((m) => m.id === model),
    );
    const x = scaleLog(
      [Math.min(...sizes) / 1.6, Math.max(...sizes) * 1.9],
      [panel.x, panel.x + panel.width],
    );
    const ends = own.flatMap(({ loss }) => [
      loss.value - (loss.error ?? 0),
      loss.value + (loss.error ?? 0),
    ]);
    const y = scaleLinear(padded(ends), [panel.y + panel.height, panel.y]);
    const marks = own.map((score, k) => {
      const model = main.find(({ id }) => id === score.model);
      // Models of one size stand side by side.
      const before = own.slice(0, k).filter((other) => {
        const size = main.find(({ id }) => id === other.model)?.decoderParameters ?? 1;
        return Math.abs(x(size) - x(model?.decoderParameters ?? 1)) < 6;
      }).length;
      return {
        id: score.model,
        loss: score.loss,
        colour: colourOf(models, score.model),
        x: x(model?.decoderParameters ?? 1) + 10 * before,
      };
    });
    const labels = spread(
      marks.map(({ loss }) => y(loss.value)),
      15,
      panel.y + panel.height - 4,
    );
    const right = (at: number) =>
      Math.max(...marks.filter((mark) => Math.abs(mark.x - at) < 60).map((mark) => mark.x));
    const ticks = [0.1e6, 0.25e6, 0.5e6, 1e6, 2e6, 5e6, 10e6, 20e6].filter(
      (value) => x(value) >= panel.x && x(value) <= panel.x + panel.width,
    );
    return [
      axes(
        panel,
        {
          title: name,
          xTitle: 'decoder parameters (log scale)',
          yTitle: 'held-out loss, nats a token; bars: ± 1 standard error',
        },
        ticks.map((value) => ({ at: x(value), label: `${value / 1e6} M` })),
        y.ticks(6).map((value) => ({ at: y(value), label: fixed(value, 2) })),
      ),
      ...marks.flatMap(({ id, loss, colour, x: at }, k) => [
        whisker(at, loss, y, colour),
        dot(at, y(loss.value), colour),
        text(right(at) + 9, (labels[k] ?? 0) + 4, `${id} ${fixed(loss.value, 3)}`, { colour }),
      ]),
    ].join('\n');
  });
  return svg(
    {
      width: 64 + texts.length * 500,
      height: 400,
      title: 'Held-out loss against size',
      description: `Loss in nats a token of ${main.map(({ id }) => id).join(', ')}; the numbers are in the table.`,
    },
    body.join('\n'),
  );
}

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

/** Loss by position in the window, a panel a text. */
export function positionPicture({ models, scores, texts }: Report): string {
  const main = models.filter((model) => model.main);
  const longest = Math.max(...main.map((model) => model.contextLength)) - 8;
  const panels = panelsIn(texts.length, { x: 64, y: 58, width: 300, height: 280, gap: 180 });
  const body = texts.map(({ name }, i) => {
    const panel = panels[i] as Panel;
    const own = scores.filter(
      ({ text, model }) => text === name && main.some((m) => m.id === model),
    );
    const x = scaleLog([1, longest], [panel.x, panel.x + panel.width]);
    const shown = own.map(({ model, byPosition, fullByPosition }) => ({
      model,
      buckets: fullByPosition ?? byPosition,
    }));
    const full = own.find(({ fullByPosition }) => fullByPosition)?.fullWindows;
    const values = shown.flatMap(({ buckets }) => buckets.map(({ loss }) => loss.value));
    const y = scaleLinear(padded(values), [panel.y + panel.height, panel.y]);
    const lines = shown.map(({ model, buckets }) => ({
      model,
      points: buckets.map(({ from, to, loss }): [number, number] => [
        x(Math.sqrt(from * ((to ?? longest - 1) + 1))),
        y(loss.value),
      ]),
    }));
    const labels = spread(
      lines.map(({ points }) => points.at(-1)?.[1] ?? 0),
      15,
      panel.y + panel.height - 4,
    );
    return [
      axes(
        panel,
        {
          title: full === undefined ? `${name}, all windows` : `${name}, ${full} full windows`,
          xTitle: 'position in the window (log scale)',
          yTitle: 'held-out loss, nats a token',
        },
        [1, 4, 16, 64, 256, 1024]
          .filter((value) => value <= longest * 1.02)
          .map((value) => ({ at: x(value), label: whole(value) })),
        y.ticks(6).map((value) => ({ at: y(value), label: fixed(value, 1) })),
      ),
      ...lines.flatMap(({ model, points }, k) => {
        const colour = colourOf(models, model);
        const [endX] = points.at(-1) ?? [panel.x, 0];
        return [
          curve(pathOf(points), colour, { dash: dashOf(models, model) }),
          ...points.map(([px, py]) => dot(px, py, colour)),
          text(endX + 9, (labels[k] ?? 0) + 4, model, { colour }),
        ];
      }),
    ].join('\n');
  });
  return svg(
    {
      width: 64 + texts.length * 480 - 30,
      height: 400,
      title: 'Loss by position in the context',
      description: `Loss at positions ${range(1, longest)} of a window; the numbers are in the table.`,
    },
    body.join('\n'),
  );
}

/**
 * Loss against block length, relative to the shortest length; second-hand values of the paper hollow and dashed. Null without a
 * series.
 */
export function lengthPicture({ series }: Report): string | null {
  const first = series[0];
  if (!first) return null;
  const panel: Panel = { x: 74, y: 58, width: 420, height: 300 };
  const shortest = first.points[0]?.blockLength ?? 1;
  const zero = PAPER_LENGTHS.find(({ blockLength }) => blockLength === shortest)?.loss;
  const ours = series.map(({ text: name, points }) => ({
    name,
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

export function pathOf(points: readonly (readonly [number, number])[]): string | null {
  return line<readonly [number, number]>(
    ([x]) => near(x),
    ([, y]) => near(y),
  )(points);
}
