import { describe, expect, it } from 'vitest';
import { advance, clampCursor, type Extent, extentOf, grantsDue } from '@/lib/store/playback';
import { recorded } from '../trace/synthetic';

const extent = (last: number, ended = false): Extent => ({ blockLength: 4, first: 8, last, ended });

describe('the extent of a trace', () => {
  it('starts after the prompt and leaves out what was discarded', () => {
    const recorder = recorded(2, 2);
    expect(extentOf(recorder.trace)).toEqual({ blockLength: 4, first: 8, last: 15, ended: false });
    recorder.finish('length', 14);
    expect(extentOf(recorder.trace)).toEqual({ blockLength: 4, first: 8, last: 13, ended: true });
  });

  it('holds the cursor', () => {
    expect(clampCursor(99, extent(13))).toBe(13);
    expect(clampCursor(-4, extent(13))).toBe(0);
  });
});

describe('a playing cursor', () => {
  it('moves at the pace, saving up time between tokens', () => {
    let head = { cursor: 8, playing: true, carry: 0 };
    for (let i = 0; i < 60; i++) head = advance(head, 1000 / 60, 8, extent(100));
    expect(head.cursor).toBe(16);
  });

  it('waits at the newest token while the run goes on, and does not save up that time', () => {
    const head = advance({ cursor: 12, playing: true, carry: 0 }, 5000, 8, extent(12));
    expect(head).toEqual({ cursor: 12, playing: true, carry: 0 });
    expect(advance(head, 1, 8, extent(16)).cursor).toBe(12);
  });

  it('stops at the end of an ended run', () => {
    expect(
      advance({ cursor: 12, playing: true, carry: 0 }, 500, 8, extent(13, true)),
    ).toMatchObject({
      cursor: 13,
      playing: false,
    });
  });

  it('is at the newest token at full pace', () => {
    expect(advance({ cursor: 8, playing: true, carry: 0 }, 1, 'max', extent(51)).cursor).toBe(51);
  });

  it('does not move while paused', () => {
    const head = { cursor: 8, playing: false, carry: 0 };
    expect(advance(head, 9999, 8, extent(50))).toBe(head);
  });
});

describe('grants', () => {
  it('start with two blocks and add one as the cursor enters a block: never more than one ahead', () => {
    let granted = 0;
    for (let cursor = 7; cursor < 60; cursor++) {
      granted += grantsDue(granted, cursor, 0, 8, extent(cursor));
      const entered = Math.max(0, Math.floor((cursor - 8) / 4));
      expect(granted).toBe(entered + 2);
    }
  });

  it('are not given again for places where the cursor has been', () => {
    expect(grantsDue(5, 12, 4, 8, extent(23))).toBe(0);
  });

  it('never let a fast engine wait at full pace', () => {
    expect(grantsDue(2, 8, 1, 'max', extent(11))).toBe(1);
    expect(grantsDue(2, 8, 1, null, extent(11))).toBe(0);
  });
});
