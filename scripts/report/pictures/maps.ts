import { scaleLog } from 'd3';
import { SCALE_NAME } from '@/lib/draw/theme';
import { SINK } from '../findings';
import { percent } from '../format';
import { FAR, type InsideResult, type SinkResult } from '../inside-results';
import { DASHES, pathOf } from './lines';
import { axes, type Panel } from './panel';
import { cell, curve, dot, segment, spread, svg, text } from './svg';

/** Share on block 0 by layer and head, without and with pads, and by row. */
export function sinkPicture({ model, padded, unpadded }: InsideResult): string {
  const layers = layersOf(unpadded.heads);
  const heads = unpadded.heads.length / layers.length;
  const side = { width: 44, height: 30 };
  const mapWidth = heads * side.width;
  const top = 84;
  const maps = (
    [
      ['text alone in block 0', unpadded, 74],
      ['pads in block 0', padded, 74 + mapWidth + 110],
    ] as const
  ).map(([title, sink, left]) =>
    [
      text(left, top - 34, title, { bold: true, size: 14 }),
      ...Array.from({ length: heads }, (_, head) =>
        text(left + (head + 0.5) * side.width - 1, top - 8, `h${head}`, {
          anchor: 'middle',
          colour: 'mute',
          size: 12,
        }),
      ),
      ...layers.map((layer) =>
        text(left - 8, top + layer * side.height + 19, `layer ${layer}`, {
          anchor: 'end',
          colour: 'mute',
          size: 12,
        }),
      ),
      ...sink.heads.map(({ layer, head, far }) =>
        cell(
          { x: left + head * side.width, y: top + layer * side.height, ...side },
          far?.first ?? null,
          'global',
        ),
      ),
    ].join('\n'),
  );
  const bottom = top + layers.length * side.height;
  const even = unpadded.far ? `; an even share is ${percent(unpadded.far.even, 1)}` : '';
  const note = text(
    74,
    bottom + 24,
    `percent of the attention on block 0, mean over rows ${FAR} and later${even}; colour 0–100 %, ${SCALE_NAME}`,
    { colour: 'mute', size: 12 },
  );
  const lines = (
    [
      ['text alone in block 0', unpadded, 74],
      ['pads in block 0', padded, 74 + mapWidth + 110],
    ] as const
  ).map(([title, sink, left]) =>
    rowLines(title, sink, { x: left, y: bottom + 110, width: mapWidth, height: 220 }),
  );
  return svg(
    {
      width: 74 + 2 * mapWidth + 180,
      height: bottom + 390,
      title: `${model}: attention of the block decoder on the first block`,
      description:
        'By layer and head, and by row; the numbers are in the table and in report.json.',
    },
    [...maps, note, ...lines].join('\n'),
  );
}

/** Lowest and highest multiple of an even share that the charts show; what lies outside is drawn at the edge. */
const MULTIPLES = [1 / 64, 64] as const;

/** What a layer's heads give to block 0 on average, as a multiple of an even share, by row. */
function rowLines(title: string, { buckets, heads }: SinkResult, panel: Panel): string {
  const seen = buckets.flatMap((bucket, i) =>
    bucket.even === null ? [] : [{ ...bucket, even: bucket.even, i }],
  );
  const last = seen.at(-1);
  const end = (last?.to ?? 2 * (last?.from ?? 1)) + 1;
  const x = scaleLog([1, end], [panel.x, panel.x + panel.width]).base(2);
  const y = scaleLog(MULTIPLES, [panel.y + panel.height, panel.y]).clamp(true);
  const lines = layersOf(heads).map((layer) => {
    const own = heads.filter((head) => head.layer === layer);
    return {
      name: `layer ${layer}`,
      dash: DASHES[layer % DASHES.length] ?? '',
      points: seen.map(({ from, to, even, i }): [number, number] => {
        const share = own.reduce((sum, { first }) => sum + (first[i] ?? 0), 0) / own.length;
        return [x(Math.sqrt(from * ((to ?? end - 1) + 1))), y(share / even)];
      }),
    };
  });
  const labels = spread(
    lines.map(({ points }) => points.at(-1)?.[1] ?? 0),
    15,
    panel.y + panel.height - 4,
  );
  const rule = (times: number, label: string, dash: string) => [
    segment([panel.x, y(times)], [panel.x + panel.width, y(times)], 'flat', { dash, width: 1.5 }),
    text(panel.x + panel.width - 4, y(times) - 6, label, {
      anchor: 'end',
      colour: 'flat',
      size: 12,
    }),
  ];
  return [
    axes(
      panel,
      {
        title,
        xTitle: 'row: blocks back to block 0 (log scale)',
        yTitle: 'attention on block 0, times an even share, mean over heads',
      },
      [1, 4, 16, 64, 256]
        .filter((value) => value <= end)
        .map((value) => ({ at: x(value), label: String(value) })),
      [1 / 64, 1 / 16, 1 / 4, 1, 4, 16, 64].map((value) => ({
        at: y(value),
        label: value < 1 ? `1/${1 / value}` : String(value),
      })),
    ),
    ...rule(1, 'an even share', ''),
    ...rule(SINK.even, 'the rule for a sink', '4 4'),
    ...lines.flatMap(({ name, dash, points }, k) => [
      curve(pathOf(points), 'global', { dash }),
      ...points.map(([px, py]) => dot(px, py, 'global')),
      text((points.at(-1)?.[0] ?? 0) + 12, (labels[k] ?? 0) + 4, name, { colour: 'global' }),
    ]),
  ].join('\n');
}

/** Shares of every local query on the prefixes and on the block's own tokens, by layer and head. */
export function prefixPicture({ model, localHeads }: InsideResult): string {
  const layers = layersOf(localHeads);
  const heads = localHeads.length / layers.length;
  const slots = localHeads[0]?.shares.length ?? 0;
  const keys = localHeads[0]?.shares[0]?.length ?? 0;
  const side = { width: 38, height: 26 };
  const slotWidth = keys * side.width + 18;
  const left = 84;
  const mapHeight = heads * side.height;
  const body = layers.flatMap((layer) => {
    const top = 92 + layer * (mapHeight + 84);
    const header = Array.from({ length: slots }, (_, slot) => {
      const x = left + slot * slotWidth;
      return [
        text(x, top - 26, `slot ${slot}`, { colour: 'local', size: 13 }),
        ...Array.from({ length: keys }, (_, key) =>
          text(x + (key + 0.5) * side.width - 1, top - 8, key < keys - 1 ? `p${key}` : 'tok', {
            anchor: 'middle',
            colour: 'mute',
            size: 12,
          }),
        ),
      ].join('\n');
    });
    const rows = localHeads
      .filter((head) => head.layer === layer)
      .flatMap(({ head, shares }) => [
        text(left - 8, top + head * side.height + 17, `head ${head}`, {
          anchor: 'end',
          colour: 'mute',
          size: 12,
        }),
        ...shares.flatMap((row, slot) =>
          row.map((share, key) =>
            cell(
              {
                x: left + slot * slotWidth + key * side.width,
                y: top + head * side.height,
                ...side,
              },
              slot === 0 && key === keys - 1 ? null : share,
              'local',
            ),
          ),
        ),
      ]);
    return [text(left, top - 48, `layer ${layer}`, { bold: true, size: 14 }), ...header, ...rows];
  });
  const bottom = 92 + layers.length * (mapHeight + 84) - 50;
  const note = text(
    left,
    bottom,
    `percent of a query's attention; p: prefix, tok: the block's earlier tokens; 0–100 %, ${SCALE_NAME}`,
    { colour: 'mute', size: 12 },
  );
  return svg(
    {
      width: Math.max(left + slots * slotWidth + 10, left + 560),
      height: bottom + 24,
      title: `${model}: attention of the token decoder on the prefixes`,
      description: 'By layer, head and slot; the numbers stand in the cells and in report.json.',
    },
    [...body, note].join('\n'),
  );
}

const layersOf = (heads: readonly { layer: number }[]) => [
  ...new Set(heads.map(({ layer }) => layer)),
];
