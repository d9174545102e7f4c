import { deflateSync, inflateSync } from 'node:zlib';
import type { SharedRun } from '@/lib/share/link';
import type { ShownView } from '@/lib/share/view';

export const VIEW: ShownView = {
  cursor: 18,
  global: { layer: 1, head: 2 },
  local: { layer: 0, head: 'mean' },
  mapView: { scale: 'log', mass: 0.9, hideFirst: true, whole: true },
  cell: { map: 'global', row: 3, column: 1 },
  station: 'global',
  arithmetic: { map: 'global', layer: 1, head: 2, row: 3, column: 1 },
  fullPanel: null,
  axis: { zoom: 'chosen', from: 1.5, span: 4 },
};

export const SHARED: SharedRun = {
  model: 'nano-b4',
  weights: 'b'.repeat(64),
  prompt: 'Öl 🙂 "<b>&amp;\u0000\n',
  sampling: { seed: 0xffff_ffff, temperature: 0.8, topK: null, topP: 1, ignoreEnd: false },
  maxTokens: 64,
  tokens: Int32Array.of(2, 3, 4095, 0, 17, 1),
  chosen: [1, 4],
  branch: { parent: 'a'.repeat(32), at: 12 },
  textSum: 0xdead_beef,
  view: VIEW,
};

/** A fragment that holds these bytes. */
export function linkOfBytes(bytes: Uint8Array): string {
  return `run=${deflateSync(bytes).toString('base64url')}`;
}

/** A fragment that holds this text. */
export function linkOfText(text: string): string {
  return linkOfBytes(Buffer.from(text));
}

/** The JSON in a fragment. */
export function jsonOf(fragment: string): Record<string, unknown> {
  const packed = Buffer.from(fragment.slice('run='.length), 'base64url');
  return JSON.parse(inflateSync(packed).toString());
}
