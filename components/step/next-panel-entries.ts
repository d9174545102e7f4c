import type { Tokenizer } from '@/lib/model/tokenizer';
import type { Writer } from '@/lib/store/writer';

const texts = new WeakMap<Tokenizer, string[]>();

/**
 * Which entries hold `query`, in their text or in the label that stands for what has no text of its own, whatever the case;
 * null when nothing is searched for.
 */
export function entryFilter(
  writer: Writer | null,
  query: string,
): ((id: number) => boolean) | null {
  if (!writer || query === '') return null;
  const all = textsOf(writer.tokenizer);
  const wanted = query.toLowerCase();
  return (id) => all[id]?.includes(wanted) ?? false;
}

/** Text and label of every entry, in lower case. */
function textsOf(tokenizer: Tokenizer): string[] {
  let all = texts.get(tokenizer);
  if (!all) {
    all = Array.from({ length: tokenizer.vocabulary }, (_, id) =>
      `${tokenizer.decode([id])}\n${tokenizer.label(id)}`.toLowerCase(),
    );
    texts.set(tokenizer, all);
  }
  return all;
}
