import type { Writer } from '@/lib/store/writer';
import { idLabel } from '../labels';

const known = new WeakMap<Writer, Map<number, string>>();

/** The drawn label of a vocabulary entry, made once: the axis asks for a hundred of them a frame. */
export function cachedLabel(writer: Writer | null, id: number): string {
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
