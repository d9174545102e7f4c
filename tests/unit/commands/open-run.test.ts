import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '@/lib/commands/session';
import { type AppStore, createAppStore } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { TraceRecorder } from '@/lib/trace/recorder';
import { header, prefill, prompt, step } from '../trace/synthetic';
import { FakeClient } from './fake-client';

let store: AppStore;
let client: FakeClient;
let session: Session;
const writer = { allocatedBytes: null } as Writer;

beforeEach(async () => {
  store = createAppStore();
  client = new FakeClient();
  session = new Session(store, client, { model: 'nano-b4', backend: 'wasm' }, () => {});
  await session.load();
});

afterEach(() => session.dispose());

/** A measured run of `blocks` written blocks, as a file has it. */
function recorderOf(id: string, blocks: number): TraceRecorder {
  const recorder = new TraceRecorder(
    { ...header(), id: id.repeat(32), provenance: 'measured' },
    prompt(2),
  );
  recorder.appendPrefill(prefill(1));
  for (let i = 0; i < blocks; i++) recorder.appendStep(step(2 + i));
  return recorder;
}

describe('a run that is opened', () => {
  it('is kept, shown as a record, and at rest at its end', () => {
    const recorder = recorderOf('a', 3);
    recorder.finish('length', 18);
    session.openRun(recorder.trace, writer);
    const { trace, runs, cursor, playing, writer: shown } = store.getState();
    expect(trace?.header).toMatchObject({ id: 'a'.repeat(32), provenance: 'recorded' });
    expect(runs.map((kept) => kept.trace)).toEqual([trace]);
    expect([cursor, playing, shown]).toEqual([17, false, writer]);
  });

  it('does not wait for more where it was saved while it was being written', () => {
    session.openRun(recorderOf('a', 2).trace, writer);
    expect(store.getState().trace?.end).toEqual({ reason: 'stopped', length: 16 });
  });

  it('leaves the run that is being written where it is, to go on when it is shown again', async () => {
    void session.generate();
    await new Promise((resolve) => setTimeout(resolve));
    const run = client.runs[0];
    if (!run) throw new Error('no run was started');
    run.work();
    session.openRun(recorderOf('a', 3).trace, writer);
    expect([run.stopped, store.getState().running]).toEqual([false, true]);
    const { granted } = run;
    store.getState().seek(0);
    store.getState().setPlaying(true);
    for (let now = 0; now < 5000; now += 100) session.tick(now);
    expect(run.granted).toBe(granted);
    store.getState().showRun(run.trace);
    expect(store.getState()).toMatchObject({ trace: run.trace, playing: true });
    for (let now = 5000; now < 9000; now += 100) session.tick(now);
    expect(run.granted).toBeGreaterThan(granted);
  });

  it('is shown where it is kept already, and taken anew only when the file has more of it', () => {
    session.openRun(recorderOf('a', 2).trace, writer);
    const short = store.getState().trace;
    session.openRun(recorderOf('b', 2).trace, writer);
    session.openRun(recorderOf('a', 1).trace, writer);
    expect(store.getState().trace).toBe(short);
    expect(store.getState().runs).toHaveLength(2);
    session.openRun(recorderOf('a', 3).trace, writer);
    expect(store.getState().trace?.length).toBe(20);
    expect(store.getState().runs).toHaveLength(3);
  });
});
