import * as z from 'zod/mini';

/** What is remembered of a reader's way through the lesson, in the browser alone. */
export interface Progress {
  /** The chapter that was open last; null before any. */
  chapter: string | null;
  /** The chapters whose task was done, in that order. */
  done: readonly string[];
}

/** As much of the browser's storage as is used. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'blockscope-learn';
const NOTHING: Progress = { chapter: null, done: [] };

const id = z.string().check(z.maxLength(40));
const schema = z.strictObject({
  version: z.literal(1),
  chapter: z.nullable(id),
  done: z.array(id).check(z.maxLength(40)),
});

/** Reads what is remembered; nothing where there is nothing, where it cannot be read, and of chapters that are not `known`. */
export function readProgress(storage: Store | null, known: readonly string[]): Progress {
  try {
    const { success, data } = schema.safeParse(JSON.parse(storage?.getItem(KEY) ?? 'null'));
    if (!success) return NOTHING;
    return {
      chapter: data.chapter !== null && known.includes(data.chapter) ? data.chapter : null,
      done: known.filter((one) => data.done.includes(one)),
    };
  } catch {
    return NOTHING;
  }
}

/** Remembers a way through the lesson. Storage may be off or full; it then lasts as long as the page. */
export function keepProgress(storage: Store | null, { chapter, done }: Progress): void {
  try {
    storage?.setItem(KEY, JSON.stringify({ version: 1, chapter, done }));
  } catch {
    // Nothing is lost that the reader made.
  }
}
