import type { EngineInfo } from '@/lib/engine/types';
import { idLabel } from '../labels';

const known = new WeakMap<EngineInfo, Map<number, string>>();

/** The drawn label of a vocabulary entry, made once: the axis asks for a hundred of them a frame. */
export function cachedLabel(writer: EngineInfo | null, id: number): string {
  if (!writer) return idLabel(null, id);
  let labels = known.get(writer);
  if (!labels) {
    labels = new Map();
    known.set(writer, labels);
  }
  let label = labels.get(id);
  if (label === undefined) {
    label = idLabel(writer, id);
    labels.set(id, label);
  }
  return label;
}
