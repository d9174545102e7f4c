import { scaleLinear, scaleLog } from 'd3';
import type { Report } from '../build';
import { fixed, range, whole } from '../format';
import { colourOf, dashOf, pathOf } from './lines';
import { axes, type Panel, padded, panelsIn } from './panel';
import { curve, dot, spread, svg, text } from './svg';

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
