import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrameListener } from '@/components/canvas/frame-loop';
import { compareMoment, compareRuns } from '@/components/compare/compare-context';
import { type Moment, MomentFeed, momentOf } from '@/components/moment-feed';
import { createCompareStore } from '@/lib/compare/store';
import { type AppState, type AppStore, createAppStore } from '@/lib/store/store';
import { flatTrace } from '../compare/traces';
import { recorded } from '../trace/synthetic';

let store: AppStore;
let feed: MomentFeed<AppState, Moment>;
let updates: number;
let woken: number;
let rested: number;
let frame: FrameListener;
let now: number;

/** Sixty frames a second. */
function frames(count: number): void {
  for (let i = 0; i < count; i++) {
    now += 1000 / 60;
    frame(now);
  }
}

beforeEach(() => {
  now = 0;
  store = createAppStore();
  const loop = {
    add: (listener: FrameListener) => {
      frame = listener;
      return () => {};
    },
    rest: () => {
      rested++;
    },
    wake: () => {
      woken++;
    },
  };
  feed = new MomentFeed(store, momentOf, loop, ({ trace }) => [trace]);
  updates = 0;
  feed.subscribe(() => updates++);
  store.getState().showTrace(recorded(2, 4).trace, null);
  frames(60);
  updates = 0;
  woken = 0;
  rested = 0;
});

afterEach(() => {
  feed.dispose();
});

describe('the moment that React renders', () => {
  it('follows a slow cursor in the next frame, which it asks for', () => {
    store.getState().seek(9);
    expect(woken).toBe(1);
    frames(1);
    expect(feed.current().cursor).toBe(9);
    frames(7);
    store.getState().seek(10);
    frames(1);
    expect(feed.current().cursor).toBe(10);
  });

  it('follows a fast cursor at eleven updates a second or fewer, and ends where it ends', () => {
    for (let i = 0; i < 60; i++) {
      store.getState().seek(i % 24);
      frames(1);
    }
    store.getState().seek(13);
    // Not at once, but soon.
    expect(frame(now)).toBe(true);
    frames(6);
    expect(frame(now)).toBe(false);
    expect(updates).toBeLessThanOrEqual(13);
    // What is drawn has every other frame, and every frame without an update.
    expect(rested).toBe(updates);
    expect(feed.current().cursor).toBe(13);
  });

  it('has another run at once, so that nothing of the state is rendered with the run before', () => {
    const other = recorded(2, 1).trace;
    const seen: unknown[] = [];
    // As React's own listeners, which come later than the feed's.
    store.subscribe(({ trace }) => seen.push(feed.current().trace === trace));
    store.getState().showTrace(other, null);
    expect(feed.current()).toMatchObject({ trace: other, cursor: 11 });
    expect(updates).toBe(1);
    expect(seen).toEqual([true]);
    frames(1);
    expect(updates).toBe(1);
  });

  it('has another run of either lane of Compare at once', () => {
    const lanes = createCompareStore();
    const idle = { add: () => () => {}, rest: () => {}, wake: () => {} };
    const both = new MomentFeed(lanes, compareMoment, idle, compareRuns);
    for (const id of ['upper', 'lower'] as const) {
      const trace = flatTrace();
      lanes.setState((state) => ({
        lanes: { ...state.lanes, [id]: { ...state.lanes[id], trace } },
      }));
      expect(both.current()[id]).toBe(trace);
    }
    lanes.setState({ progress: 0.5 });
    expect(both.current().progress).toBe(0);
    both.dispose();
  });

  it('is quiet about what it does not show', () => {
    store.getState().hover({ from: 1, to: 2 });
    frames(30);
    expect(updates).toBe(0);
  });
});
