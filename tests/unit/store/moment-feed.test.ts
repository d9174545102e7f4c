import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MomentFeed } from '@/components/moment-feed';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';

let store: AppStore;
let feed: MomentFeed;
let updates: number;

beforeEach(() => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(1000);
  store = createAppStore();
  feed = new MomentFeed(store);
  updates = 0;
  feed.subscribe(() => updates++);
  store.getState().showTrace(recorded(2, 4).trace, null);
  vi.advanceTimersByTime(1000);
  updates = 0;
});

afterEach(() => {
  feed.dispose();
  vi.useRealTimers();
});

describe('the moment that React renders', () => {
  it('follows a slow cursor at once', () => {
    store.getState().seek(9);
    expect(feed.current().cursor).toBe(9);
    vi.advanceTimersByTime(125);
    store.getState().seek(10);
    expect(feed.current().cursor).toBe(10);
  });

  it('follows a fast cursor at eleven updates a second or fewer, and ends where it ends', () => {
    for (let i = 0; i < 60; i++) {
      store.getState().seek(i % 24);
      vi.advanceTimersByTime(1000 / 60);
    }
    store.getState().seek(13);
    vi.advanceTimersByTime(100);
    expect(updates).toBeLessThanOrEqual(13);
    expect(feed.current().cursor).toBe(13);
  });

  it('is quiet about what it does not show', () => {
    store.getState().hover({ from: 1, to: 2 });
    vi.advanceTimersByTime(500);
    expect(updates).toBe(0);
  });
});
