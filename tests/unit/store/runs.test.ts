import { beforeEach, describe, expect, it } from 'vitest';
import { KEPT_RUNS, parentOf, runOf } from '@/lib/store/runs-slice';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { header, prefill, prompt, step } from '../trace/synthetic';

let store: AppStore;
let made = 0;

beforeEach(() => {
  store = createAppStore();
});

/** A run of its own, ended unless said otherwise. */
function run({ blocks = 3, live = false } = {}): Trace {
  made += 1;
  const id = made.toString(16).padStart(32, '0');
  const recorder = new TraceRecorder({ ...header(), id }, prompt(2));
  recorder.appendPrefill(prefill(1));
  for (let i = 0; i < blocks; i++) recorder.appendStep(step(2 + i));
  if (!live) recorder.finish('length');
  return recorder.trace;
}

function branchOf(parent: Trace, at: number): Trace {
  made += 1;
  const id = made.toString(16).padStart(32, '0');
  const own = { ...header(), id, branch: { parent: parent.header.id, at } };
  const recorder = TraceRecorder.branch(parent, at, own);
  recorder.appendStep(step(recorder.trace.blocks));
  recorder.finish('length');
  return recorder.trace;
}

const numbers = () => store.getState().runs.map((kept) => kept.number);

describe('kept runs', () => {
  it('are the last five; the sixth drops the oldest, and names stay', () => {
    const traces = Array.from({ length: 7 }, () => run());
    for (const trace of traces) store.getState().addRun(trace, null);
    expect(KEPT_RUNS).toBe(5);
    expect(numbers()).toEqual([3, 4, 5, 6, 7]);
    expect(store.getState().runs.map((kept) => kept.trace)).toEqual(traces.slice(2));
    expect(store.getState().trace).toBe(traces[6]);
    store.getState().showRun(traces[0] as Trace);
    expect(store.getState().trace).toBe(traces[6]);
  });

  it('hold on to the run that a new branch left, though it is the oldest', () => {
    const traces = Array.from({ length: 5 }, () => run());
    for (const trace of traces) store.getState().addRun(trace, null);
    const oldest = traces[0] as Trace;
    store.getState().showRun(oldest);
    const branch = branchOf(oldest, 13);
    store.getState().addRun(branch, null);
    expect(numbers()).toEqual([1, 3, 4, 5, 6]);
    expect(parentOf(store.getState().runs, branch)?.trace).toBe(oldest);
  });

  it('hold on to one that is still being written, for it can be shown again', () => {
    const live = run({ live: true });
    store.getState().addRun(live, null);
    for (let i = 0; i < 5; i++) store.getState().addRun(run(), null);
    expect(numbers()).toEqual([1, 3, 4, 5, 6]);
    store.getState().showRun(live);
    expect(store.getState().trace).toBe(live);
  });

  it('come back at the token where they were left, at rest', () => {
    const [first, second] = [run(), run()];
    store.getState().addRun(first, null);
    store.getState().seek(9);
    store.getState().addRun(second, null);
    store.getState().seek(14);
    store.getState().showRun(first);
    expect(store.getState()).toMatchObject({ trace: first, cursor: 9, playing: false });
    store.getState().showRun(second);
    expect(store.getState()).toMatchObject({ trace: second, cursor: 14 });
    expect(runOf(store.getState().runs, first)?.cursor).toBe(9);
  });

  it('play on while they are still being written', () => {
    const [live, other] = [run({ live: true }), run()];
    store.getState().addRun(live, null);
    store.getState().addRun(other, null);
    store.getState().showRun(live);
    expect(store.getState().playing).toBe(true);
  });

  it('keep the zoom of the axis, so that two runs can be compared', () => {
    const [first, second] = [run(), run()];
    store.getState().addRun(first, null);
    store.getState().addRun(second, null);
    store.getState().zoomAxis(4);
    const { span } = store.getState().axis;
    store.getState().showRun(first);
    expect(store.getState().axis).toMatchObject({ span, zoom: 'chosen', following: true });
  });
});

describe('the parent of a branch', () => {
  it('is found by its id, and none when it is gone', () => {
    const parent = run();
    const branch = branchOf(parent, 10);
    store.getState().addRun(parent, null);
    store.getState().addRun(branch, null);
    expect(parentOf(store.getState().runs, branch)?.number).toBe(1);
    expect(parentOf(store.getState().runs, parent)).toBeNull();
    for (let i = 0; i < 4; i++) store.getState().addRun(run(), null);
    expect(parentOf(store.getState().runs, branch)).toBeNull();
  });
});
