import { describe, expect, it } from 'vitest';
import { newBookmark } from '@/lib/share/bookmarks';
import {
  BOOKMARKS_KEY,
  keepBookmarks,
  keptBookmarks,
  readBookmarks,
} from '@/lib/share/kept-bookmarks';
import { readView } from '@/lib/share/view';
import { createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';

const view = readView(createAppStore().getState());
const list = [newBookmark(recorded(2, 2).trace, view, '<b>sink</b> of “layer 1”')];

/** What a browser does whose storage is off. */
const off = (): Storage => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

describe('bookmarks on this machine', () => {
  it('are there again, as they were', () => {
    const kept = new Map<string, string>();
    const storage = () => ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    });
    expect(keptBookmarks(storage)).toEqual([]);
    expect(keepBookmarks(storage, list)).toBe(true);
    expect([...kept.keys()]).toEqual([BOOKMARKS_KEY]);
    expect(keptBookmarks(storage)).toEqual(list);
  });

  it('are none while storage is off or full; nothing is thrown', () => {
    expect(keptBookmarks(off)).toEqual([]);
    expect(keepBookmarks(off, list)).toBe(false);
    const full = () => ({
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    });
    expect(keepBookmarks(full, list)).toBe(false);
  });

  it.each(['not JSON', '{}', 'null', '[1]', '[{"id":"0"}]', '['.repeat(5000)])(
    'are none when something else is kept: %.20s',
    (text) => {
      expect(readBookmarks(text)).toBeNull();
      expect(keptBookmarks(() => ({ getItem: () => text }))).toEqual([]);
    },
  );
});
