import { describe, expect, it } from 'vitest';
import { keepProgress, readProgress, type Store } from '@/lib/learn/progress';

const KNOWN = ['one', 'two', 'three'];

function storage(value: string | null = null): Store & { value: string | null } {
  return {
    value,
    getItem() {
      return this.value;
    },
    setItem(_, text) {
      this.value = text;
    },
  };
}

describe('the way through the lesson', () => {
  it('is remembered', () => {
    const kept = storage();
    keepProgress(kept, { chapter: 'two', done: ['one'] });
    expect(readProgress(kept, KNOWN)).toEqual({ chapter: 'two', done: ['one'] });
  });

  it('drops chapters that are no more, and comes in the order of the lesson', () => {
    const kept = storage();
    keepProgress(kept, { chapter: 'gone', done: ['two', 'gone', 'one', 'two'] });
    expect(readProgress(kept, KNOWN)).toEqual({ chapter: null, done: ['one', 'two'] });
  });

  it.each([
    ['nothing', null],
    ['no JSON', '{'],
    ['another thing', '[1, 2]'],
    ['another version', '{"version":2,"chapter":null,"done":[]}'],
    ['a wrong type', '{"version":1,"chapter":3,"done":[]}'],
    ['more than was written', '{"version":1,"chapter":null,"done":[],"more":1}'],
    [
      'a very long list',
      JSON.stringify({ version: 1, chapter: null, done: Array(500).fill('one') }),
    ],
  ])('is empty where the storage holds %s', (_, value) => {
    expect(readProgress(storage(value), KNOWN)).toEqual({ chapter: null, done: [] });
  });

  it('survives storage that fails, and none', () => {
    const broken: Store = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    for (const one of [broken, null]) {
      keepProgress(one, { chapter: 'one', done: [] });
      expect(readProgress(one, KNOWN)).toEqual({ chapter: null, done: [] });
    }
  });
});
