import { describe, expect, it } from 'vitest';
import {
  type Bookmark,
  cleanName,
  LONGEST_NAME,
  MOST_BOOKMARKS,
  merged,
  moved,
  newBookmark,
  viewName,
} from '@/lib/share/bookmarks';
import { bookmarksSchema } from '@/lib/share/bookmarks-schema';
import { readView } from '@/lib/share/view';
import { createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';

const view = readView(createAppStore().getState());

function bookmark(number: number, change: Partial<Bookmark> = {}): Bookmark {
  const id = number.toString(16).padStart(16, '0');
  return { id, name: `view ${number}`, run: 'a'.repeat(32), view, ...change };
}

const ids = (list: readonly Bookmark[]) => list.map(({ id }) => Number.parseInt(id, 16));

describe('the schema', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => bookmark(i));

  it('takes what the page makes', () => {
    const { trace } = recorded(2, 3);
    const list = [newBookmark(trace, view), newBookmark(trace, view, 'sink in layer 1')];
    expect(bookmarksSchema.parse(JSON.parse(JSON.stringify(list)))).toEqual(list);
    expect(bookmarksSchema.parse(many(MOST_BOOKMARKS))).toHaveLength(MOST_BOOKMARKS);
  });

  it.each<[string, unknown]>([
    ['no list', {}],
    ['too many', many(MOST_BOOKMARKS + 1)],
    ['one id twice', [bookmark(1), bookmark(1)]],
    ['a short id', [bookmark(1, { id: 'abc' })]],
    ['another run’s id', [bookmark(1, { run: 'a'.repeat(31) })]],
    ['no name', [bookmark(1, { name: '' })]],
    ['a name of spaces', [bookmark(1, { name: '  \u00a0' })]],
    ['a name of two lines', [bookmark(1, { name: 'one\ntwo' })]],
    ['a name with a control character', [bookmark(1, { name: 'one\u0000' })]],
    ['a long name', [bookmark(1, { name: 'x'.repeat(LONGEST_NAME + 1) })]],
    ['a name that is none', [{ ...bookmark(1), name: 7 }]],
    ['a member too much', [{ ...bookmark(1), more: true }]],
    ['a view that is none', [{ ...bookmark(1), view: { ...view, cursor: Number.NaN } }]],
  ])('refuses %s', (_, list) => {
    expect(bookmarksSchema.safeParse(list).success).toBe(false);
  });
});

describe('names', () => {
  it('say what fills the screen and where the cursor is', () => {
    const { trace } = recorded(2, 3);
    expect(viewName({ ...view, cursor: 11 }, trace)).toBe('Block 2, slot 3');
    expect(viewName({ ...view, cursor: 8, station: 'cache' }, trace)).toBe(
      'KV cache, block 2, slot 0',
    );
    expect(viewName({ ...view, cursor: 4, fullPanel: 'axis' }, trace)).toBe(
      'Over time, block 1, slot 0',
    );
  });

  it('are one line without space around it, cut between characters', () => {
    expect(cleanName('  the\nsink\t')).toBe('the sink');
    expect(cleanName(' \n ')).toBeNull();
    const cut = cleanName(`${'x'.repeat(LONGEST_NAME - 1)}🙂`);
    expect(cut).toBe('x'.repeat(LONGEST_NAME - 1));
    expect(cleanName('🙂'.repeat(LONGEST_NAME))).toBe('🙂'.repeat(LONGEST_NAME / 2));
  });
});

describe('the list', () => {
  const list = [1, 2, 3].map((number) => bookmark(number));

  it('moves one as far as there are places', () => {
    const id = bookmark(1).id;
    expect(ids(moved(list, id, 1))).toEqual([2, 1, 3]);
    expect(ids(moved(list, id, 9))).toEqual([2, 3, 1]);
    expect(ids(moved(list, id, -1))).toEqual([1, 2, 3]);
    expect(ids(moved(list, bookmark(7).id, 1))).toEqual([1, 2, 3]);
  });

  it('takes up others behind its own, and new names in their places', () => {
    const more = [bookmark(5), bookmark(2, { name: 'renamed' })];
    const both = merged(list, more);
    expect(ids(both)).toEqual([1, 2, 3, 5]);
    expect(both[1]?.name).toBe('renamed');
  });

  it('never grows over its limit', () => {
    const full = Array.from({ length: MOST_BOOKMARKS }, (_, i) => bookmark(i));
    const both = merged(full, [bookmark(1, { name: 'renamed' }), bookmark(900)]);
    expect(both).toHaveLength(MOST_BOOKMARKS);
    expect(both[1]?.name).toBe('renamed');
  });
});
