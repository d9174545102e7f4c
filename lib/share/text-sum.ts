import type { Tokenizer } from '@/lib/model/tokenizer';

/**
 * A number of 32 bits that stands for the text of `ids` (FNV-1a over its bytes): another tokenizer gives the same ids another
 * text, and so another number.
 */
export function textSum(tokenizer: Pick<Tokenizer, 'bytesOf'>, ids: ArrayLike<number>): number {
  let sum = 0x811c9dc5;
  for (const id of Array.from(ids)) {
    for (const byte of tokenizer.bytesOf(id)) sum = Math.imul(sum ^ byte, 0x01000193);
  }
  return sum >>> 0;
}
