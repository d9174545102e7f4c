import { beforeEach, describe, expect, it } from 'vitest';
import { applyView, readView } from '@/lib/share/view';
import { viewSchema } from '@/lib/share/view-schema';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { DIMS, recorded } from '../trace/synthetic';
import { VIEW } from './links';

/** Two blocks of prompt and four written ones: tokens 0 … 23. */
function page(steps = 4): AppStore {
  const store = createAppStore();
  const recorder = recorded(2, steps);
  recorder.finish('length');
  store.getState().addRun(recorder.trace, null);
  return store;
}

let store: AppStore;

beforeEach(() => {
  store = page();
});

describe('a view', () => {
  it('comes back as it was, on another page', () => {
    applyView(store, VIEW);
    const read = readView(store.getState());
    expect(read).toEqual(VIEW);
    const other = page();
    applyView(other, viewSchema.parse(JSON.parse(JSON.stringify(read))));
    expect(readView(other.getState())).toEqual(VIEW);
  });

  it('is at rest, and closes what lies over the panels', () => {
    store.getState().setPlaying(true);
    store.getState().openHeads('global');
    applyView(store, VIEW);
    expect(store.getState()).toMatchObject({ playing: false, headsOpen: null, mapViewOpen: null });
  });

  it('changes only what is given of it', () => {
    applyView(store, VIEW);
    applyView(store, { cursor: 9, local: { layer: 0, head: 1 } });
    expect(readView(store.getState())).toMatchObject({
      cursor: 9,
      local: { layer: 0, head: 1 },
      global: VIEW.global,
      station: 'global',
      mapView: VIEW.mapView,
    });
  });

  it('closes a station and its arithmetic when it has none', () => {
    applyView(store, VIEW);
    applyView(store, { ...VIEW, station: null, arithmetic: null, cell: null });
    expect(store.getState()).toMatchObject({ station: null, arithmetic: null, cell: null });
  });

  it('fills the screen with a panel instead of opening a station', () => {
    applyView(store, { ...VIEW, fullPanel: 'local' });
    expect(store.getState()).toMatchObject({
      fullPanel: 'local',
      station: null,
      arithmetic: null,
    });
  });

  it('lights up the places of its cell', () => {
    applyView(store, VIEW);
    expect(store.getState().cell).toMatchObject({
      query: { from: 12, to: 16 },
      key: { from: 4, to: 8 },
    });
    applyView(store, { cursor: 18, cell: { map: 'local', row: 3, column: 0 } });
    // Row 3 is slot 1 of block 4; column 0 is a prefix, which has no place in the text.
    expect(store.getState().cell).toMatchObject({ query: { from: 17, to: 18 }, key: null });
  });

  it('does without a run', () => {
    const empty = createAppStore();
    const before = empty.getState();
    applyView(empty, VIEW);
    expect(empty.getState()).toBe(before);
    expect(readView(before).cursor).toBe(0);
  });
});

describe('a view of another run', () => {
  it('is moved to the nearest that there is', () => {
    applyView(store, {
      ...VIEW,
      cursor: 900,
      global: { layer: 40, head: 40 },
      local: { layer: 7, head: 'max' },
      axis: { zoom: 'chosen', from: 500, span: 800 },
    });
    const state = store.getState();
    expect(state.cursor).toBe(23);
    expect(state.global).toEqual({ layer: DIMS.blockLayers - 1, head: DIMS.heads - 1 });
    expect(state.local).toEqual({ layer: DIMS.tokenLayers - 1, head: 'max' });
    expect(state.axis.from).toBe(0);
    expect(state.axis.span).toBeLessThanOrEqual(state.axisRoom);
  });

  it.each([
    ['a row that is not known', { map: 'global', layer: 0, head: 0, row: 5, column: 0 }],
    ['a layer that does not exist', { map: 'global', layer: 2, head: 0, row: 1, column: 0 }],
    ['a head that does not exist', { map: 'global', layer: 0, head: 3, row: 1, column: 0 }],
    ['a masked key', { map: 'global', layer: 0, head: 0, row: 1, column: 2 }],
    ['a local row after the cursor', { map: 'local', layer: 0, head: 0, row: 4, column: 0 }],
    ['a local layer that does not exist', { map: 'local', layer: 1, head: 0, row: 1, column: 0 }],
  ] as const)('opens no arithmetic of %s', (_, arithmetic) => {
    applyView(store, { ...VIEW, station: arithmetic.map, arithmetic });
    expect(store.getState()).toMatchObject({ station: arithmetic.map, arithmetic: null });
  });

  it.each([
    ['a row that is not known', 18, { map: 'global', row: 4, column: 0 }],
    ['a column that does not exist', 18, { map: 'global', row: 1, column: 6 }],
    ['a local row after the cursor', 18, { map: 'local', row: 4, column: 0 }],
    ['a local map of the prompt', 5, { map: 'local', row: 0, column: 0 }],
  ] as const)('lights up no cell of %s', (_, cursor, cell) => {
    applyView(store, { ...VIEW, cursor, cell });
    expect(store.getState().cell).toBeNull();
  });
});

describe('the schema', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a cursor that is no number', { cursor: '18' }],
    ['a cursor that is not whole', { cursor: 1.5 }],
    ['a negative cursor', { cursor: -1 }],
    ['a huge cursor', { cursor: 2 ** 40 }],
    ['a cursor that is NaN', { cursor: Number.NaN }],
    ['a missing cursor', { cursor: undefined }],
    ['all layers of one head', { global: { layer: 'all', head: 3 } }],
    ['a choice with more in it', { global: { layer: 0, head: 0, more: 1 } }],
    ['an unknown scale', { mapView: { ...VIEW.mapView, scale: 'cube' } }],
    ['a mass above one', { mapView: { ...VIEW.mapView, mass: 1.5 } }],
    ['a mass that is NaN', { mapView: { ...VIEW.mapView, mass: Number.NaN } }],
    ['an unknown station', { station: '__proto__' }],
    ['an unknown panel', { fullPanel: 'constructor' }],
    ['an infinite span', { axis: { ...VIEW.axis, span: Number.POSITIVE_INFINITY } }],
    ['a span of nothing', { axis: { ...VIEW.axis, span: 0 } }],
    ['a cell that is an array', { cell: [1, 2] }],
    ['something unknown', { theme: 'dark' }],
  ])('refuses %s', (_, change) => {
    expect(viewSchema.safeParse(VIEW).success).toBe(true);
    expect(viewSchema.safeParse({ ...VIEW, ...change }).success).toBe(false);
  });
});
