import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '@/lib/commands/session';
import { EngineError } from '@/lib/engine/errors';
import type { EngineInfo } from '@/lib/engine/types';
import { DEFAULT_SAMPLING } from '@/lib/store/request-slice';
import { type AppStore, createAppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import { DIMS, recorded } from '../trace/synthetic';
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
async function start(ask = () => session.generate()): Promise<FakeRun> {
  void ask();
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  const run = client.runs.at(-1);
  if (!run) throw new Error('no run was started');
  return run;
}

describe('opening the page', () => {
  it('shows what there is first, then loads; it counts as loading from the start', async () => {
    client.setStatus({ state: 'idle' });
    let shown: (value?: unknown) => void = () => {};
    const opened = session.open(
      new Promise((resolve) => {
        shown = resolve;
      }),
    );
    expect(store.getState().status).toMatchObject({ state: 'loading', model: 'nano-b4' });
    expect(client.status.state).toBe('idle');
    shown();
    await opened;
    expect(store.getState().status.state).toBe('ready');
  });

  it('begins no load that was cancelled or overtaken before', async () => {
    client.setStatus({ state: 'idle' });
    const opened = session.open(Promise.resolve());
    session.cancelLoad();
    await opened;
    expect(store.getState().status).toEqual({ state: 'idle' });
    const loads = client.loads;
    const again = session.open(Promise.resolve());
    await session.load();
    await again;
    expect(client.loads).toBe(loads + 1);
  });
});

describe('a run that is asked for while the model loads', () => {
  it('waits for that load and does not begin another', async () => {
    client.setStatus({ state: 'idle' });
    const loads = client.loads;
    void session.load();
    const run = await start();
    expect(client.loads).toBe(loads + 1);
    expect(store.getState().trace).toBe(run.trace);
  });
});

describe('a text that is known already', () => {
  const request = { prompt: 'x', maxTokens: 16, sampling: DEFAULT_SAMPLING };

  it('is written without waiting for the cursor, at rest', async () => {
    let written: Trace | null | undefined;
    const run = await start(async () => {
      written = await session.write(request);
    });
    expect(client.requests).toEqual([request]);
    expect(store.getState()).toMatchObject({ trace: run.trace, playing: false, running: true });
    run.work();
    expect(run.trace.length).toBe(DIMS.contextLength);
    expect(written).toBeUndefined();
    run.finish('length');
    await new Promise((resolve) => setTimeout(resolve));
    expect(written).toBe(run.trace);
    expect(store.getState()).toMatchObject({ playing: false, running: false });
  });

  it('that is refused says so, and gives nothing', async () => {
    const problem = { code: 'bad-request', message: 'No.', recovery: 'none' } as const;
    client.refusal = new EngineError(problem);
    expect(await session.write(request)).toBeNull();
    expect(store.getState().problem).toEqual(problem);
  });
});

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

  it('goes on when the next one is refused', async () => {
    const run = await start();
    client.refusal = new EngineError({
      code: 'prompt-empty',
      message: 'The prompt is empty.',
      recovery: 'edit-prompt',
    });
    await session.generate();
    expect(run.stopped).toBe(false);
    expect(store.getState().running).toBe(true);
    run.work();
    expect(run.written).toBe(2);
    run.finish('length');
    await run.done;
    expect(store.getState().running).toBe(false);
  });

  it('waits while another one is shown, at most a block ahead, and goes on when it is shown again', async () => {
    const first = await start();
    first.work();
    first.finish('length');
    const second = await start();
    second.work();
    store.getState().setPace('max');
    const granted = second.granted;
    store.getState().showRun(first.trace);
    second.work();
    for (let now = 0; now < 3000; now += 16) session.tick(now);
    second.work();
    expect(second.granted).toBe(granted);
    expect(second.stopped).toBe(false);
    expect(store.getState().running).toBe(true);
    store.getState().showRun(second.trace);
    second.work();
    expect(second.trace.length).toBe(24);
  });
});

describe('a branch', () => {
  async function startParent(): Promise<FakeRun> {
    store.getState().setPace('max');
    const parent = await start();
    parent.work();
    parent.finish('length');
    await parent.done;
    store.getState().setPace(8);
    store.getState().setPlaying(false);
    store.getState().seek(18);
    return parent;
  }

  it('asks for another token at the cursor, as the parent was asked', async () => {
    const parent = await startParent();
    store.getState().setPrompt('Something else');
    store.getState().setSampling({ temperature: 2 });
    store.getState().setMaxTokens(5);
    await start(() => session.branch(18, 7));
    expect(client.requests[1]).toEqual({
      prompt: parent.trace.header.prompt,
      sampling: parent.trace.header.sampling,
      maxTokens: 5,
      branch: { parent: parent.trace, at: 18, token: 7 },
    });
    expect(store.getState().runs).toHaveLength(2);
  });

  it('puts the cursor on its token as soon as that is written, and stays at most a block ahead', async () => {
    await startParent();
    const branch = await start(() => session.branch(18, 7));
    expect(store.getState().trace).toBe(branch.trace);
    expect(branch.trace.length).toBe(16);
    // The block of the token, and, once the cursor is in it, one ahead.
    expect(branch.granted).toBe(1);
    branch.work();
    expect(store.getState().cursor).toBe(18);
    branch.work();
    expect(branch.trace.length).toBe(24);
    expect(branch.granted).toBe(2);
  });

  it('leaves the cursor where the reader has gone meanwhile', async () => {
    const parent = await startParent();
    const branch = await start(() => session.branch(18, 7));
    store.getState().showRun(parent.trace);
    branch.work();
    expect(store.getState()).toMatchObject({ trace: parent.trace, cursor: 18 });
  });

  it('cannot leave numbers that were not measured here', async () => {
    const { trace } = recorded(2, 3);
    store.getState().showTrace(trace, null);
    await session.branch(12, 7);
    expect(store.getState().problem?.message).toMatch(/This run is synthetic: press Generate/);
    expect(store.getState().trace).toBe(trace);
    expect(client.requests).toHaveLength(0);
  });
});

describe('a recorded run', () => {
  it('is shown from its first written token until there is a run', async () => {
    const { trace } = recorded(2, 3);
    const writer = { allocatedBytes: null } as EngineInfo & { allocatedBytes: null };
    session.showRecorded(trace, writer, false);
    expect(store.getState()).toMatchObject({ trace, cursor: 8, playing: false, runs: [] });
    const run = await start();
    expect(store.getState().trace).toBe(run.trace);
    expect(store.getState().runs.map((kept) => kept.trace)).toEqual([run.trace]);
    session.showRecorded(trace, writer, true);
    expect(store.getState().trace).toBe(run.trace);
  });
});
