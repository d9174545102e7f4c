import {
  bytesPerFlatPosition,
  formatBytes,
  globalHeldBytes,
  localHeldBytes,
  localPeakBytes,
} from '@/lib/model/cost';
import { contextBlocks, localLength, placeOf } from '@/lib/model/layout';
import { sameSizeWords } from '@/lib/model/rivals';
import type { Trace } from '@/lib/trace/trace';
import { sameLossCache } from './from-trace';
import { type Context2D, paintHatch, type Rect, type Size } from './shapes';
import type { Ramp, Theme } from './theme';

/** The slots of the block decoder's cache at a cursor: a key and a value for every layer and block. */
export interface SlotsData {
  layers: number;
  /** Slots of a full context; all of them are allocated. */
  slots: number;
  /** Slots held at the cursor: 0 … held − 1. */
  held: number;
  /** Pads in block 0, and tokens in a block. */
  pads: number;
  blockLength: number;
  /** L2 norm of a slot's key (`part` 0) or value (1) over all heads of a layer; null where it was not measured. */
  norm(slot: number, layer: number, part: number): number | null;
  /** The norms at full colour, of keys and of values. */
  top: readonly [number, number];
}

export interface Lane {
  layer: number;
  /** 0 keys, 1 values. */
  part: number;
  y: number;
  height: number;
}

export interface SlotsGeometry {
  data: SlotsData;
  lanes: Lane[];
  /** Where slot 0 starts, and the width of one. */
  x: number;
  pitch: number;
  /** Slots side by side; what has no room goes on in the next line of its lane. */
  perLine: number;
  lineHeight: number;
  /** Size of the type. */
  type: number;
  ticks: { text: string; x: number; y: number }[];
}

/** One slot of one lane. */
export interface SlotCell {
  lane: number;
  slot: number;
}

/** Of the type's size: room for the lanes' names and for the numbers of the slots. */
const GUTTER = 5.5;
const TICKS = 1.5;
const LANE_GAP = 5;
const LAYER_GAP = 12;
const SMALLEST_SLOT = 3;

/** Reads the slots at a cursor. Norms are joined over heads: the length of a layer's whole key or value. */
export function slotsData(trace: Trace, cursor: number): SlotsData {
  const { dims } = trace;
  const { globalHeld } = placeOf(cursor, dims);
  const held = Math.min(globalHeld, trace.rows);
  const norm = (slot: number, layer: number, part: number): number | null => {
    const norms = trace.kvNorms(slot);
    if (!norms) return null;
    const start = (layer * 2 + part) * dims.heads;
    let sum = 0;
    for (const one of norms.subarray(start, start + dims.heads)) sum += one * one;
    return Math.sqrt(sum);
  };
  const most = [0, 0];
  // The scale is set by all that is known, so that it stays put while the cursor moves.
  for (let slot = 0; slot < trace.rows; slot++) {
    for (let layer = 0; layer < dims.blockLayers; layer++) {
      for (const part of [0, 1]) {
        most[part] = Math.max(most[part] ?? 0, norm(slot, layer, part) ?? 0);
      }
    }
  }
  return {
    layers: dims.blockLayers,
    slots: contextBlocks(dims),
    held,
    pads: trace.pads,
    blockLength: dims.blockLength,
    norm,
    top: [roundUp(most[0] ?? 0), roundUp(most[1] ?? 0)],
  };
}

/** The next of 1, 2, 5, 10, 20 … that is not below `value`. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 2, 5, 10].find((step) => step * unit >= value) ?? 10);
}

/** Puts all slots of a full context into `size` pixels: a lane for each layer's keys and values, folded where it is too long. */
export function layoutSlots(data: SlotsData, size: Size, type = 12): SlotsGeometry {
  const gutter = Math.round(GUTTER * type);
  const top = Math.round(TICKS * type);
  const room = Math.max(1, size.width - gutter - 2);
  let folds = 1;
  while (room / Math.ceil(data.slots / folds) < SMALLEST_SLOT) folds++;
  const perLine = Math.ceil(data.slots / folds);
  const pitch = room / perLine;
  const gaps = data.layers * LANE_GAP + (data.layers - 1) * LAYER_GAP;
  const height = Math.max(4, (size.height - top - gaps) / (2 * data.layers));
  const lanes = Array.from({ length: data.layers * 2 }, (_, i): Lane => {
    const layer = Math.floor(i / 2);
    return {
      layer,
      part: i % 2,
      y: top + i * (height + LANE_GAP) + layer * (LAYER_GAP - LANE_GAP),
      height,
    };
  });
  const every = [10, 20, 50, 100].find((step) => step * pitch >= 2.8 * type) ?? 100;
  const ticks = [];
  for (let slot = 0; slot < perLine; slot += every) {
    ticks.push({ text: String(slot), x: gutter + slot * pitch, y: top / 2 - 1 });
  }
  return { data, lanes, x: gutter, pitch, perLine, lineHeight: height / folds, type, ticks };
}

function slotRect(
  { lanes, x, pitch, perLine, lineHeight }: SlotsGeometry,
  lane: number,
  slot: number,
): Rect {
  const line = Math.floor(slot / perLine);
  const column = slot % perLine;
  // From whole pixel to whole pixel: a blurred edge would make a narrow slot paler than its norm is.
  const edge = (at: number) => Math.round(x + at * pitch);
  const top = Math.round((lanes[lane]?.y ?? 0) + line * lineHeight);
  const bottom = Math.round((lanes[lane]?.y ?? 0) + (line + 1) * lineHeight);
  return {
    x: edge(column),
    y: top,
    width: edge(column + 1) - edge(column),
    height: bottom - top,
  };
}

/** The slot at a point; null outside the lanes. */
export function slotAt(geometry: SlotsGeometry, x: number, y: number): SlotCell | null {
  const { lanes, perLine, pitch, lineHeight, data } = geometry;
  const column = Math.floor((x - geometry.x) / pitch);
  const lane = lanes.findIndex((one) => y >= one.y && y < one.y + one.height);
  const one = lanes[lane];
  if (!one || column < 0 || column >= perLine) return null;
  const slot = Math.floor((y - one.y) / lineHeight) * perLine + column;
  return slot < data.slots ? { lane, slot } : null;
}

/** Where an arrow key leads; the first is the newest slot of the first lane. */
export function moveSlot(
  { data, lanes }: SlotsGeometry,
  from: SlotCell | null,
  down: number,
  right: number,
): SlotCell {
  if (!from) return { lane: 0, slot: Math.max(0, data.held - 1) };
  return {
    lane: Math.min(lanes.length - 1, Math.max(0, from.lane + down)),
    slot: Math.min(data.slots - 1, Math.max(0, from.slot + right)),
  };
}

/** Paints held slots in the colour of their norm, empty ones as outlines, pads hatched and the newest slot marked. */
export function paintSlots(
  ctx: Context2D,
  geometry: SlotsGeometry,
  selected: SlotCell | null,
  theme: Theme,
  ramp: Ramp,
): void {
  const { data, lanes, ticks, type } = geometry;
  lanes.forEach((lane, i) => {
    for (let slot = 0; slot < data.slots; slot++) {
      const { x, y, width, height } = slotRect(geometry, i, slot);
      const box = { x, y, width: width - 1, height: height - 1 };
      if (slot >= data.held) {
        ctx.fillStyle = theme.line;
        ctx.fillRect(box.x, box.y, box.width, box.height);
        continue;
      }
      const norm = data.norm(slot, lane.layer, lane.part);
      const share = (norm ?? 0) / (data.top[lane.part] ?? 1);
      ctx.fillStyle = norm === null ? theme.globalPale : (ramp.css[Math.round(255 * share)] ?? '');
      ctx.fillRect(box.x, box.y, box.width, box.height);
      if (slot === 0 && data.pads > 0) {
        const padded = (box.height * data.pads) / data.blockLength;
        paintHatch(ctx, { ...box, y: box.y + box.height - padded, height: padded }, theme, 3);
      }
    }
    if (data.held > 0) {
      const { x, y, width, height } = slotRect(geometry, i, data.held - 1);
      ctx.strokeStyle = theme.now;
      ctx.lineWidth = 2;
      ctx.strokeRect(x - 1, y - 1, Math.max(4, width + 1), height + 1);
    }
  });
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.font = `400 ${type}px ${theme.sans}`;
  for (const lane of lanes) {
    const y = lane.y + lane.height / 2;
    ctx.fillStyle = theme.ink;
    if (lane.part === 0) ctx.fillText(`layer ${lane.layer}`, 1, y);
    ctx.fillStyle = theme.mute;
    ctx.fillText(lane.part === 0 ? 'K' : 'V', geometry.x - 1.2 * type, y);
  }
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.mute;
  for (const { text, x, y } of ticks) ctx.fillText(text, x, y);
  if (selected) {
    const { x, y, width, height } = slotRect(geometry, selected.lane, selected.slot);
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 2;
    ctx.strokeRect(x - 1, y - 1, Math.max(4, width + 1), height + 1);
  }
}

/** One quantity of bytes, with what it belongs to. */
export interface ByteRow {
  name: string;
  note: string;
  kind: 'global' | 'local' | 'flat';
  bytes: number;
}

/**
 * The cache in bytes beside the flat rivals, at a cursor and at the context's end.
 */
export function byteRows(
  trace: Trace,
  cursor: number,
  sameLoss: { bytesPerToken: number } | null = sameLossCache(trace),
): { now: ByteRow[]; full: ByteRow[] } {
  const { dims, pads } = trace;
  const flatRow = (name: string, count: number, perToken: number): ByteRow => ({
    name,
    note: `${count.toLocaleString('en')} tokens × ${formatBytes(perToken)}`,
    kind: 'flat',
    bytes: count * perToken,
  });
  const flat = (count: number): ByteRow[] => [
    flatRow(
      `flat, same size (${sameSizeWords(trace.header.model.id)})`,
      count,
      bytesPerFlatPosition(dims),
    ),
    ...(sameLoss ? [flatRow('flat, same loss', count, sameLoss.bytesPerToken)] : []),
  ];
  const { block, localHeld } = placeOf(cursor, dims);
  const blocks = contextBlocks(dims);
  const decoded = cursor >= trace.promptBlocks * dims.blockLength;
  return {
    now: [
      {
        name: 'global',
        note: `${block} ${block === 1 ? 'slot' : 'slots'} of each lane`,
        kind: 'global',
        bytes: globalHeldBytes(cursor, dims),
      },
      {
        name: 'local (derived)',
        note: decoded ? `${localHeld} positions, inside a run` : 'the prompt is not decoded',
        kind: 'local',
        bytes: decoded ? localHeldBytes(cursor, dims) : 0,
      },
      ...flat(Math.max(0, cursor - pads)),
    ],
    full: [
      {
        name: 'global',
        note: `${blocks} blocks`,
        kind: 'global',
        bytes: globalHeldBytes(dims.contextLength, dims),
      },
      {
        name: 'local, at most (derived)',
        note: `${localLength(dims)} positions`,
        kind: 'local',
        bytes: localPeakBytes(dims),
      },
      ...flat(dims.contextLength),
    ],
  };
}
