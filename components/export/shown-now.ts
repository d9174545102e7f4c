import type { Shown } from '@/lib/export/shown';
import type { AppState } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { idLabel } from '../labels';

/** What is on the screen, for an export; null before the first run. */
export function shownNow(state: AppState): Shown | null {
  const { trace, cursor, global, local, mapView, writer } = state;
  if (!trace || cursor === null) return null;
  return {
    trace,
    cursor,
    global,
    local,
    view: mapView,
    text: (id) => textOf(writer, id),
    label: (id) => idLabel(writer, id),
    allocated: writer?.allocatedBytes ?? null,
  };
}

/** An entry's own text; its label where it stands for none: special entries, and bytes that are no characters. */
export function textOf(writer: Writer | null, id: number): string {
  if (!writer) return `#${id}`;
  const text = writer.tokenizer.decode([id]);
  return text === '' || text.includes('\ufffd') ? writer.tokenizer.label(id) : text;
}
