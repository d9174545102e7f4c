import type { Writer } from '@/lib/store/writer';
import { prompt } from '../trace/synthetic';

/** A writer whose tokenizer knows the prompt of the synthetic runs, of two blocks, and spells id 2 `c`, id 3 `d` and so on. */
export function writer(): Writer {
  const { tokens, pads } = prompt(2);
  const bytesOf = (id: number) => Uint8Array.of(0x61 + id);
  const tokenizer = { bytesOf, encode: () => Int32Array.from(tokens.slice(pads)) };
  return { tokenizer, allocatedBytes: null } as unknown as Writer;
}
