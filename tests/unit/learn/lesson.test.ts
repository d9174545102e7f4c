import { beforeEach, describe, expect, it } from 'vitest';
import { CHAPTERS } from '@/lib/learn/chapters';
import { Lesson } from '@/lib/learn/lesson';
import type { Store } from '@/lib/learn/progress';
import { isShown, viewOf } from '@/lib/learn/view';
import type { FakeRun } from '../commands/fake-client';
import { page, shipped, type TestPage, writer } from './page';

let tools: TestPage;
let kept: Map<string, string>;
let storage: Store;
let lesson: Lesson;

const index = (id: string) => CHAPTERS.findIndex((one) => one.id === id);

function open(asked: string | null = null): Lesson {
  return new Lesson(tools.store, tools.commands, CHAPTERS, storage, asked);
}

function show(): void {
  tools.store.getState().showTrace(shipped, writer, 20);
}

const shown = () => {
  const facts = lesson.facts();
  return facts !== null && isShown(tools.store.getState(), viewOf(lesson.chapter, facts));
};

beforeEach(() => {
  tools = page();
  kept = new Map();
  storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
  lesson = open();
});

describe('the view of a chapter', () => {
  it('is set on the first run that is shown', () => {
    expect(lesson.facts()).toBeNull();
    lesson.go(index('staircase'));
    show();
    expect(shown()).toBe(true);
    expect(tools.store.getState()).toMatchObject({ cursor: 75, playing: false });
  });

  it('is set on a run that is on the screen already', () => {
    show();
    lesson = open('local');
    expect(lesson.chapter.id).toBe('local');
    expect(shown()).toBe(true);
  });

  it('closes what an earlier chapter or the reader opened, and comes back when it is asked for', () => {
    show();
    lesson.go(index('embedder'));
    tools.commands['station-block'].run();
    lesson.go(index('global'));
    expect(tools.store.getState().station).toBeNull();
    expect(shown()).toBe(true);

    tools.store.getState().choose('global', { layer: 2, head: 3 });
    tools.store.getState().seek(30);
    tools.commands['station-local'].run();
    expect(shown()).toBe(false);
    lesson.showView();
    expect(shown()).toBe(true);
  });

  it('sets the pace where a chapter needs a slow one, and the usual one after it', () => {
    show();
    lesson.go(index('boundary'));
    expect(tools.store.getState().pace).toBe(2);
    lesson.go(index('staircase'));
    expect(tools.store.getState().pace).toBe(8);
  });

  it('stays where the reader went when nothing is asked for', () => {
    show();
    tools.store.getState().seek(33);
    tools.store.getState().setPlaying(true);
    expect(tools.store.getState()).toMatchObject({ cursor: 33, playing: true });
  });

  it('is none beyond the lesson', () => {
    lesson.go(CHAPTERS.length);
    lesson.go(-1);
    expect(lesson.chapter.id).toBe('memory');
  });
});

describe('a task', () => {
  it('is done by the deed, and remembered on the next visit', () => {
    show();
    lesson.go(index('embedder'));
    expect(lesson.store.getState().done).toEqual([]);
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual(['embedder']);
    expect(lesson.store.getState().found.embedder).toMatch(/^Block \d+: rows/);
    lesson.dispose();

    lesson = open();
    expect(lesson.chapter.id).toBe('embedder');
    expect(lesson.store.getState()).toMatchObject({ done: ['embedder'], found: {} });
  });

  it('belongs to the open chapter alone', () => {
    show();
    lesson.go(index('context'));
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual([]);
  });

  it('is not done by setting the view', () => {
    show();
    for (let i = 0; i < CHAPTERS.length; i++) lesson.go(i);
    for (let i = CHAPTERS.length - 1; i >= 0; i--) lesson.go(i);
    expect(lesson.store.getState().done).toEqual([]);
  });

  it('can be done once more, and stands once', () => {
    show();
    lesson.go(index('staircase'));
    tools.commands['station-cache'].run();
    lesson.showView();
    tools.commands['station-cache'].run();
    expect(lesson.store.getState().done).toEqual(['staircase']);
  });

  it('is forgotten on request', () => {
    show();
    lesson.go(index('staircase'));
    tools.commands['station-cache'].run();
    lesson.answer(0);
    lesson.forget();
    expect(lesson.store.getState()).toMatchObject({ chapter: 0, done: [], found: {}, answers: {} });
    expect(open().store.getState().done).toEqual([]);
  });

  it('is watched no more once the page is left', () => {
    show();
    lesson.go(index('embedder'));
    lesson.dispose();
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual([]);
  });
});

describe('answers and lights', () => {
  it('are of the open chapter', () => {
    lesson.answer(2);
    lesson.go(1);
    lesson.answer(0);
    expect(lesson.store.getState().answers).toEqual({ memory: 2, blocks: 0 });
  });

  it('tell nobody when nothing changes', () => {
    let told = 0;
    lesson.store.subscribe(() => {
      told++;
    });
    lesson.light('global');
    lesson.light('global');
    lesson.point(['staircase', 'flat']);
    lesson.point(['staircase', 'flat']);
    expect(told).toBe(2);
    lesson.go(1);
    expect(lesson.store.getState().lit).toBeNull();
  });
});

describe('a run written for the lesson', () => {
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  async function runOf(at: number): Promise<FakeRun> {
    await turn();
    const run = tools.client.runs[at];
    if (!run) throw new Error('no run was started');
    return run;
  }

  it('comes by itself where no recorded run is shown and the model is ready, once', async () => {
    lesson.go(index('staircase'));
    tools.client.setStatus({ state: 'loading', model: 'nano-b4', loadedBytes: 0, totalBytes: 0 });
    expect(lesson.store.getState().writing).toBe(false);
    await tools.client.load();
    expect(lesson.store.getState().writing).toBe(true);
    const run = await runOf(0);
    run.work();
    run.finish('length');
    await turn();
    expect(lesson.store.getState().writing).toBe(false);
    expect(shown()).toBe(true);
    expect(tools.client.requests).toHaveLength(1);
  });

  it('takes the place of the recorded one as fast as it goes; the view waits for its end', async () => {
    show();
    await tools.client.load();
    lesson.go(index('staircase'));
    lesson.write();
    lesson.write();
    const run = await runOf(0);
    expect(tools.store.getState()).toMatchObject({ trace: run.trace, pace: 'max' });
    run.work();
    lesson.go(index('embedder'));
    expect(shown()).toBe(false);
    run.finish('length');
    await turn();
    expect(shown()).toBe(true);
    expect(tools.store.getState().pace).toBe(8);
    expect(lesson.facts()?.trace).toBe(run.trace);
    expect(tools.client.requests).toHaveLength(1);
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual(['embedder']);
  });

  it('gives the reader the lesson back when the model refuses', async () => {
    show();
    await tools.client.load();
    tools.store.getState().setPace(16);
    tools.client.refusal = new Error('no');
    lesson.write();
    await turn();
    expect(lesson.store.getState().writing).toBe(false);
    expect(tools.store.getState()).toMatchObject({ trace: shipped, pace: 16 });
  });

  it('that the reader starts leaves the view alone, and is watched once it is complete', async () => {
    show();
    await tools.client.load();
    lesson.go(index('embedder'));
    tools.commands.generate.run();
    const run = await runOf(0);
    run.work();
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual([]);
    tools.store.getState().openStation(null);
    run.finish('length');
    await turn();
    tools.commands['station-block'].run();
    expect(lesson.store.getState().done).toEqual(['embedder']);
  });
});
