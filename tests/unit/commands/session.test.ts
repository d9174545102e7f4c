import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '@/lib/commands/session';
import { EngineError } from '@/lib/engine/errors';
import type { EngineInfo } from '@/lib/engine/types';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { FakeClient, type FakeRun } from './fake-client';

let store: AppStore;
let client: FakeClient;
let session: Session;

beforeEach(async () => {
  store = createAppStore();
  client = new FakeClient();
  session = new Session(store, client, { model: 'nano-b4', backend: 'wasm' }, () => {});
  await session.load();
});

afterEach(() => session.dispose());

/** Starts a run; what it was asked for is done by `run.work()`. */
async function start(): Promise<FakeRun> {
  void session.generate();
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  const run = client.runs.at(-1);
  if (!run) throw new Error('no run was started');
  return run;
}

describe('an engine that comes back by itself', () => {
  it('says why; one that the page loaded does not', async () => {
    expect(store.getState().notices).toEqual([]);
    client.setStatus({ state: 'loading', model: 'nano-b4', loadedBytes: 0, totalBytes: 0 });
    const info = { reason: 'The GPU was lost. It was loaded again.' } as EngineInfo;
    client.setStatus({ state: 'running', info });
    expect(store.getState().notices).toEqual([info.reason]);
  });
});

describe('a run', () => {
  it('asks for what the page says', async () => {
    store.getState().setPrompt('A cat');
    store.getState().setMaxTokens(12);
    await start();
    expect(client.requests[0]).toMatchObject({ prompt: 'A cat', maxTokens: 12 });
    expect(store.getState().running).toBe(true);
  });

  it('never gets more than one block ahead of a paced cursor', async () => {
    const run = await start();
    expect(run.granted).toBe(2);
    let now = 0;
    for (let frame = 0; frame < 600 && run.trace.length < 24; frame++) {
      run.work();
      now += 1000 / 60;
      session.tick(now);
      const cursorBlock = Math.floor((store.getState().cursor ?? 0) / 4);
      expect(run.trace.blocks - 1).toBeLessThanOrEqual(Math.max(cursorBlock, 2) + 1);
    }
    expect(run.trace.length).toBe(24);
  });

  it('goes on by at most one block while paused', async () => {
    const run = await start();
    run.work();
    session.tick(0);
    store.getState().setPlaying(false);
    run.work();
    for (let now = 0; now < 5000; now += 16) session.tick(now);
    run.work();
    expect(run.written).toBe(2);
  });

  it('is kept busy at full pace', async () => {
    store.getState().setPace('max');
    const run = await start();
    run.work();
    expect(run.trace.length).toBe(24);
  });

  it('asks for nothing when the cursor goes back', async () => {
    const run = await start();
    run.work();
    store.getState().seek(13);
    const granted = run.granted;
    store.getState().seek(2);
    store.getState().seek(9);
    expect(run.granted).toBe(granted);
  });

  it('keeps its text when it is stopped', async () => {
    const run = await start();
    run.work();
    session.stop();
    await run.done;
    expect(store.getState().trace).toBe(run.trace);
    expect(run.trace.length).toBe(16);
  });

  it('is replaced by the next one, and grants go to the new one only', async () => {
    const first = await start();
    const second = await start();
    expect(first.stopped).toBe(true);
    expect(store.getState().trace).toBe(second.trace);
    const before = first.granted;
    second.work();
    store.getState().seek(13);
    expect(first.granted).toBe(before);
    expect(second.granted).toBe(3);
  });

  it('that is refused says why, and what was there stays', async () => {
    const run = await start();
    run.work();
    run.finish('length');
    await run.done;
    const problem = {
      code: 'prompt-empty',
      message: 'The prompt is empty.',
      recovery: 'edit-prompt',
    } as const;
    client.refusal = new EngineError(problem);
    await session.generate();
    expect(store.getState().problem).toEqual(problem);
    expect(store.getState().trace).toBe(run.trace);
    expect(store.getState().running).toBe(false);
  });
});
