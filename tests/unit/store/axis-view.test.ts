import { beforeEach, describe, expect, it } from 'vitest';
import {
  type AxisBounds,
  type AxisView,
  axisBounds,
  FIRST_VIEW,
  frameView,
  panView,
  resizeView,
  settleView,
  stripBlocks,
  zoomView,
} from '@/lib/store/axis-view';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { DIMS, recorded } from '../trace/synthetic';

/** A run of 64 written blocks in a context of 256, twelve of which fit legibly. */
function bounds(cursor: number, change: Partial<AxisBounds> = {}): AxisBounds {
  return {
    run: 64,
    room: 64,
    recent: 12,
    context: 256,
    cursor,
    token: cursor + 0.5,
    playing: false,
    ...change,
  };
}

const view = (from: number, span: number, change: Partial<AxisView> = {}): AxisView => ({
  zoom: 'chosen',
  from,
  span,
  following: true,
  ...change,
});

describe('the view', () => {
  it('shows the last twelve blocks and goes with the cursor', () => {
    let axis = FIRST_VIEW;
    for (let block = 3; block < 63; block++) {
      axis = settleView(axis, bounds(block, { run: block + 2, room: 64, playing: true }));
      expect(axis.span).toBe(12);
      expect(block).toBeGreaterThanOrEqual(axis.from);
      // The block that comes next is in view as well.
      expect(block + 2).toBeLessThanOrEqual(axis.from + 12);
      expect(Number.isInteger(axis.from)).toBe(true);
    }
  });

  it('stays where it is while the cursor is in it, and is then the same object', () => {
    const axis = view(20, 12);
    for (const block of [20, 25, 31]) expect(settleView(axis, bounds(block))).toBe(axis);
  });

  it('turns a page when the cursor goes back, so that what it looked at is in view', () => {
    const axis = settleView(view(20, 12), bounds(19));
    expect(axis.from).toBe(12);
    expect(settleView(view(20, 12), bounds(1)).from).toBe(0);
  });

  it('stays under a cursor that is dragged through it', () => {
    expect(settleView(view(7, 12), bounds(7)).from).toBe(7);
  });

  it('shows nothing beyond the run while it follows', () => {
    expect(settleView(view(60, 12), bounds(63)).from).toBe(52);
  });

  it('shows all of a growing run in strides', () => {
    const whole = view(0, 12, { zoom: 'whole' });
    const { trace } = recorded(2, 18, { ...DIMS, contextLength: 256 });
    const now = axisBounds({ trace, cursor: 79, playing: true }, 12);
    expect(now).toMatchObject({ run: 21, room: 24, context: 64, cursor: 19 });
    expect(settleView(whole, now)).toMatchObject({ from: 0, span: 24 });
  });

  it('lies inside the run, wherever it was and whatever the cursor does', () => {
    for (const zoom of ['recent', 'whole', 'chosen'] as const) {
      for (const span of [0.2, 1, 3.7, 12, 64, 100, 900]) {
        for (const from of [-50, 0, 13.3, 63, 400]) {
          for (const following of [true, false]) {
            const now = bounds(33);
            const axis = settleView({ zoom, from, span, following }, now);
            expect(axis.span).toBeGreaterThanOrEqual(1);
            expect(axis.span).toBeLessThanOrEqual(256);
            expect(axis.from).toBeGreaterThanOrEqual(0);
            expect(axis.from + axis.span).toBeLessThanOrEqual(stripBlocks(axis, now) + 1e-9);
            if (following) {
              expect(axis.from).toBeLessThanOrEqual(33);
              expect(axis.from + axis.span).toBeGreaterThanOrEqual(34);
            }
          }
        }
      }
    }
  });
});

describe('a view framed around a cursor that went elsewhere', () => {
  /** Where the middle of the cursor's block lies, of the view's width. */
  const place = ({ from, span }: AxisView, block: number) => (block + 0.5 - from) / span;

  it('has the past of its block in view, whatever it showed before', () => {
    for (const span of [3, 4, 7.4, 12, 30]) {
      for (const from of [0, 5, 20, 34]) {
        for (let block = 0; block < 64; block++) {
          const axis = frameView(view(from, span, { following: false }), bounds(block));
          expect(axis.following).toBe(true);
          expect(axis.from).toBeGreaterThanOrEqual(0);
          expect(axis.from).toBeLessThanOrEqual(block);
          expect(axis.from + axis.span).toBeGreaterThanOrEqual(block + 1);
          if (axis.from > 0) expect(place(axis, block)).toBeGreaterThanOrEqual(0.6);
        }
      }
    }
  });

  it('is moved by whole blocks until that block lies at four fifths', () => {
    const axis = frameView(view(20, 12), bounds(22));
    expect(axis.from).toBe(13);
    expect(place(axis, 22)).toBeCloseTo(0.79, 2);
    expect(frameView(view(7, 12), bounds(7)).from).toBe(0);
    expect(frameView(view(40, 12), bounds(12)).from).toBe(3);
  });

  it('stays, and is the same object, while enough of the past is in it or nothing precedes it', () => {
    const axis = view(20, 12);
    for (let block = 27; block < 32; block++) expect(frameView(axis, bounds(block))).toBe(axis);
    const start = view(0, 12);
    for (let block = 0; block < 12; block++) expect(frameView(start, bounds(block))).toBe(start);
    expect(frameView(view(0, 64, { zoom: 'whole' }), bounds(3))).toMatchObject({ from: 0 });
  });

  it('goes no further than it must when the cursor leaves it on the right', () => {
    expect(frameView(view(20, 12), bounds(40)).from).toBe(29);
  });

  it('moves once in several blocks when the reader steps back or a run plays through its middle', () => {
    const moves = (blocks: number[], playing: boolean) => {
      let axis = frameView(view(20, 12), bounds(blocks[0] ?? 0, { playing }));
      let count = 0;
      for (const block of blocks.slice(1)) {
        const next = frameView(axis, bounds(block, { playing }));
        if (next !== axis) count++;
        axis = next;
      }
      return count;
    };
    const back = Array.from({ length: 20 }, (_, i) => 31 - i);
    expect(moves(back, false)).toBeLessThanOrEqual(20 / 3);
    // From the left of the view on: framed, played to the right edge, and only then along with each block.
    expect(moves([22, 23], true)).toBe(0);
  });
});

describe('zooming', () => {
  it('goes from one block to the whole context, resting once at the whole run', () => {
    let axis = view(30, 1);
    const spans: number[] = [];
    for (let i = 0; i < 40; i++) {
      axis = zoomView(axis, bounds(30), 1 / 1.5, 30.5);
      spans.push(axis.span);
    }
    expect(spans).toContain(64);
    expect(spans.at(-1)).toBe(256);
    for (let i = 0; i < 40; i++) axis = zoomView(axis, bounds(30), 1.5, 30.5);
    expect(axis).toMatchObject({ span: 1, from: 30 });
  });

  it('keeps what lies under the pointer where it is', () => {
    const before = view(20, 12, { following: false });
    for (const factor of [0.8, 1.3, 2]) {
      const after = zoomView(before, bounds(63), factor, 23);
      expect((23 - after.from) / after.span).toBeCloseTo((23 - before.from) / before.span, 9);
    }
  });

  it('goes on following while the token at the cursor is in view, and keeps its whole block there', () => {
    const near = zoomView(view(20, 12), bounds(30), 6, 30.9);
    expect(near).toMatchObject({ following: true, zoom: 'chosen' });
    expect(near.from).toBeLessThanOrEqual(30);
    expect(near.from + near.span).toBeGreaterThanOrEqual(31);
    expect(zoomView(view(20, 12), bounds(30), 6, 21).following).toBe(false);
  });

  it('rests at the whole run as the view of it that grows with it', () => {
    expect(zoomView(view(0, 50), bounds(30), 0.5, 20).zoom).toBe('whole');
  });
});

describe('panning', () => {
  it('lets the cursor go when it leaves the view, and takes it up when it comes back', () => {
    const now = bounds(30);
    const away = panView(view(20, 12), now, -5);
    expect(away).toMatchObject({ from: 15, following: false });
    // Nothing pulls the view back.
    expect(settleView(away, now)).toBe(away);
    expect(panView(away, now, 6)).toMatchObject({ from: 21, following: true });
  });

  it('stops at both ends', () => {
    expect(panView(view(2, 12), bounds(5), -40).from).toBe(0);
    expect(panView(view(2, 12), bounds(5), 400).from).toBe(52);
  });
});

describe('resizing', () => {
  it('moves one edge and holds the other', () => {
    expect(resizeView(view(20, 12), bounds(30), 'start', 10)).toMatchObject({ from: 10, span: 22 });
    expect(resizeView(view(20, 12), bounds(30), 'end', 40.5)).toMatchObject({
      from: 20,
      span: 20.5,
    });
  });

  it('ends at one block and at the ends of the run', () => {
    expect(resizeView(view(20, 12), bounds(30), 'start', 50)).toMatchObject({ from: 31, span: 1 });
    expect(resizeView(view(20, 12), bounds(30), 'end', 3)).toMatchObject({ from: 20, span: 1 });
    expect(resizeView(view(20, 12), bounds(30), 'end', 99)).toMatchObject({ from: 20, span: 44 });
    expect(resizeView(view(20, 12), bounds(30), 'start', -9)).toMatchObject({ from: 0, span: 32 });
  });
});

describe('the page', () => {
  let store: AppStore;
  beforeEach(() => {
    store = createAppStore();
    const { trace } = recorded(2, 60, { ...DIMS, contextLength: 256 });
    store.getState().showTrace(trace, null);
    store.getState().setPlaying(false);
    store.getState().seek(200);
    store.getState().settleAxis();
  });

  const axis = () => store.getState().axis;

  it('goes where the reader goes, though the view was elsewhere', () => {
    store.getState().panAxis(-30);
    expect(axis().following).toBe(false);
    store.getState().seek(201);
    store.getState().settleAxis();
    expect(axis().following).toBe(true);
    expect(axis().from).toBeLessThanOrEqual(50);
    expect(axis().from + axis().span).toBeGreaterThanOrEqual(51);
  });

  it('brings into view what the block was written from, unless the reader points on the axis', () => {
    // Blocks 39 to 50.
    const { from } = axis();
    store.getState().seek(41 * 4, true);
    store.getState().settleAxis();
    expect(axis().from).toBe(from);
    store.getState().seek(41 * 4 + 1);
    expect(axis().from).toBe(32);
    store.getState().seek(33 * 4, true);
    expect(axis().from).toBe(32);
    store.getState().setPlaying(true);
    expect(axis().from).toBe(24);
  });

  it('comes back to the last blocks so that they precede the cursor', () => {
    store.getState().zoomAxis(4, 50.5);
    store.getState().seek(49 * 4, true);
    store.getState().showOnAxis('recent');
    expect(axis().from).toBeLessThanOrEqual(41);
  });

  it('stays elsewhere while the run plays on', () => {
    store.getState().panAxis(-30);
    const { from } = axis();
    // As the session moves a playing cursor.
    store.setState({ playing: true, cursor: 210 });
    store.getState().settleAxis();
    expect(axis()).toMatchObject({ from, following: false });
    store.getState().showOnAxis('cursor');
    expect(axis().following).toBe(true);
    expect(axis().from + axis().span).toBeGreaterThanOrEqual(53);
  });

  it('comes back to the last blocks from any zoom', () => {
    store.getState().zoomAxis(7);
    store.getState().showOnAxis('recent');
    expect(axis()).toMatchObject({ zoom: 'recent', span: 12, following: true });
    expect(Number.isInteger(axis().from)).toBe(true);
    store.getState().showOnAxis('whole');
    // One block is kept free to be written next.
    expect(axis()).toMatchObject({ zoom: 'whole', from: 0, span: 64 });
  });

  it('begins a new run with its last blocks, unless the whole run was chosen', () => {
    const { trace } = recorded(2, 20, { ...DIMS, contextLength: 256 });
    store.getState().zoomAxis(7);
    store.getState().showTrace(trace, null);
    store.getState().settleAxis();
    expect(axis()).toMatchObject({ zoom: 'recent', span: 12, following: true });
    store.getState().showOnAxis('whole');
    store.getState().showTrace(trace, null);
    expect(axis().zoom).toBe('whole');
  });
});
