import { drawnLabel } from '@/lib/draw/labels';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';

/** The drawn label of token `index` of a trace; its id where no tokenizer is at hand. */
export function tokenLabelAt(trace: Trace, writer: Writer | null, index: number): string {
  return idLabel(writer, trace.tokens[index] ?? 0);
}

/** The drawn label of a vocabulary entry. */
export function idLabel(writer: Writer | null, id: number): string {
  return writer ? drawnLabel(writer.tokenizer.label(id)) : `#${id}`;
}

/** The tokens of block `block`, joined. */
export function blockLabel(trace: Trace, writer: Writer | null, block: number): string {
  const { blockLength } = trace.dims;
  return Array.from({ length: blockLength }, (_, slot) =>
    tokenLabelAt(trace, writer, block * blockLength + slot),
  ).join('');
}
