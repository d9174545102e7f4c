import { scaleLinear, scaleLog } from 'd3';
import type { Report } from '../build';
import { fixed } from '../format';
import type { Estimate } from '../statistics';
import { colourOf } from './lines';
import { axes, type Panel, padded, panelsIn } from './panel';
import { type Colour, dot, segment, spread, svg, text } from './svg';

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
    // Labels stand to the right of all models of about one size, and are moved apart among those.
    const right = (at: number) =>
      Math.max(...marks.filter((mark) => Math.abs(mark.x - at) < 60).map((mark) => mark.x));
    const labelOf = (at: number, id: string) => {
      const side = marks.filter((mark) => right(mark.x) === right(at));
      const places = spread(
        side.map(({ loss }) => y(loss.value)),
        15,
        panel.y + panel.height - 4,
      );
      return (places[side.findIndex((mark) => mark.id === id)] ?? 0) + 4;
    };
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
      ...marks.flatMap(({ id, loss, colour, x: at }) => [
        whisker(at, loss, y, colour),
        dot(at, y(loss.value), colour),
        text(right(at) + 9, labelOf(at, id), `${id} ${fixed(loss.value, 3)}`, { colour }),
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
