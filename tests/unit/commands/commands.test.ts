import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandId, type Commands, createCommands } from '@/lib/commands/commands';
import { commandFor, type KeyPress, keyName, keyOf, keyText } from '@/lib/commands/keys';
import { Session } from '@/lib/commands/session';
import { withoutCommands } from '@/lib/commands/without';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { TraceRecorder } from '@/lib/trace/recorder';
import { branchHeader, DIMS, recorded, step } from '../trace/synthetic';
import { FakeClient } from './fake-client';

let store: AppStore;
let commands: Commands;

beforeEach(() => {
  store = createAppStore();
  const request = { model: 'nano-b4', backend: 'wasm' } as const;
  commands = createCommands(store, new Session(store, new FakeClient(), request, () => {}));
});

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});

const enabled = (id: CommandId) => commands[id].enabled(store.getState());

describe('the registry', () => {
  it('gives every command its own id, key and name', () => {
    const list = Object.entries(commands);
    for (const [id, command] of list) expect(command.id).toBe(id);
    const keys = list.map(([, command]) => command.key).filter((key) => key !== null);
    expect(new Set(keys).size).toBe(keys.length);
    const labels = list.map(([, command]) => command.label(store.getState()));
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('has the names that the page promises', () => {
    const labels = Object.values(commands).map((command) => command.label(store.getState()));
    expect(labels).toEqual(
      expect.arrayContaining([
        'Generate',
        'Stop',
        'Play',
        'Forward one token',
        'Back one token',
        'Forward one block',
        'Back one block',
      ]),
    );
    store.getState().setPlaying(true);
    expect(commands.play.label(store.getState())).toBe('Pause');
  });
});

describe('a page without some commands', () => {
  it('cannot use them, by key neither; all others stay as they are', () => {
    const left = withoutCommands(commands, ['help', 'theme']);
    expect(left.help.enabled(store.getState())).toBe(false);
    expect(commandFor(press('?'), left, false)).toBeNull();
    expect(commandFor(press('t'), left, false)).toBeNull();
    expect(commandFor(press('f'), left, false)).toBe(commands['full-pace']);
    expect(Object.keys(left)).toEqual(Object.keys(commands));
    expect(commands.help.enabled(store.getState())).toBe(true);
  });
});

describe('what can be done', () => {
  it('is little before the first run', () => {
    for (const id of ['stop', 'play', 'back-token', 'forward-block', 'first', 'last'] as const)
      expect(enabled(id)).toBe(false);
    expect(enabled('generate')).toBe(true);
  });

  it('follows the cursor', () => {
    store.getState().showTrace(recorded(2, 2).trace, null);
    expect([enabled('forward-token'), enabled('back-token')]).toEqual([false, true]);
    store.getState().seek(0);
    expect([enabled('forward-token'), enabled('back-token')]).toEqual([true, false]);
  });
});

describe('steps', () => {
  beforeEach(() => {
    store.getState().showTrace(recorded(2, 2).trace, null);
    store.getState().seek(10);
  });

  it.each([
    ['forward-token', 11],
    ['back-token', 9],
    ['forward-block', 14],
    ['back-block', 6],
    ['first', 0],
    ['last', 15],
  ] as const)('%s goes from token 10 to %i and pauses', (id, token) => {
    store.getState().setPlaying(true);
    commands[id].run();
    expect(store.getState().cursor).toBe(token);
    expect(store.getState().playing).toBe(false);
  });

  it('play starts over at the first written token when an ended run was played through', () => {
    const recorder = recorded(2, 2);
    recorder.finish('length');
    store.getState().showTrace(recorder.trace, null);
    store.getState().setPlaying(false);
    commands.play.run();
    expect(store.getState()).toMatchObject({ cursor: 8, playing: true });
  });
});

describe('a chosen head', () => {
  it('is one that exists in the model on the screen', () => {
    store.getState().choose('global', { layer: 5, head: 7 });
    store.getState().choose('local', { layer: 0, head: 7 });
    store.getState().showTrace(recorded(2, 1).trace, null);
    expect(store.getState().global).toEqual({ layer: 1, head: 2 });
    expect(store.getState().local).toEqual({ layer: 0, head: 2 });
  });
});

describe('the time axis', () => {
  beforeEach(() => {
    const { trace } = recorded(2, 60, { ...DIMS, contextLength: 256 });
    store.getState().showTrace(trace, null);
    store.getState().setPlaying(false);
    store.getState().settleAxis();
  });

  const span = () => store.getState().axis.span;

  it('zooms by keys between one block and the whole context', () => {
    for (let i = 0; i < 20 && commands['zoom-out'].enabled(store.getState()); i++)
      commands['zoom-out'].run();
    expect(span()).toBe(64);
    for (let i = 0; i < 40 && commands['zoom-in'].enabled(store.getState()); i++)
      commands['zoom-in'].run();
    expect(span()).toBe(1);
    expect(store.getState().axis.following).toBe(true);
  });

  it('pans away from the cursor, says that it no longer follows, and comes back', () => {
    expect(enabled('follow')).toBe(false);
    for (let i = 0; i < 4; i++) commands['pan-back'].run();
    expect(enabled('follow')).toBe(true);
    commands.follow.run();
    expect(enabled('follow')).toBe(false);
    commands['whole-run'].run();
    expect(store.getState().axis.zoom).toBe('whole');
    commands.recent.run();
    expect(span()).toBe(12);
  });
});

describe('leaving a branch', () => {
  it('goes back to the same token of the run it left', () => {
    const parent = recorded(2, 4).trace;
    store.getState().addRun(parent, null);
    store.getState().seek(9);
    expect(enabled('parent')).toBe(false);
    const branch = TraceRecorder.branch(parent, 14, branchHeader(parent, 14));
    branch.appendStep(step(3));
    store.getState().addRun(branch.trace, null);
    expect([enabled('parent'), enabled('runs')]).toEqual([true, true]);
    commands.parent.run();
    expect(store.getState()).toMatchObject({ trace: parent, cursor: 14 });
  });
});

describe('the pace', () => {
  it('goes to full and back by one key', () => {
    store.getState().setPace(4);
    commands['full-pace'].run();
    expect(store.getState().pace).toBe('max');
    commands['full-pace'].run();
    expect(store.getState().pace).toBe(4);
  });
});

describe('keys', () => {
  it('are spelt as the registry spells them', () => {
    expect(keyName(press(' '))).toBe('Space');
    expect(keyName(press('ArrowLeft', { shiftKey: true }))).toBe('Shift+ArrowLeft');
    expect(keyName(press('?', { shiftKey: true }))).toBe('?');
    expect(keyName(press('Enter', { metaKey: true }))).toBe('Control+Enter');
    expect(keyName(press('F'))).toBe('f');
    // Plus with and without its shift; with Control it is the browser's own zoom.
    expect(keyName(press('+', { shiftKey: true }))).toBe('+');
    expect(keyName(press('='))).toBe('+');
    expect(keyName(press('=', { ctrlKey: true }))).not.toBe('+');
  });

  it('mean their command, and nothing while the reader types', () => {
    expect(commandFor(press('ArrowRight'), commands, false)?.id).toBe('forward-token');
    expect(commandFor(press('ArrowRight'), commands, true)).toBeNull();
    expect(commandFor(press('Enter', { ctrlKey: true }), commands, true)?.id).toBe('generate');
    expect(commandFor(press('x'), commands, false)).toBeNull();
  });

  it('of one character can be switched off; all others stay', () => {
    for (const command of Object.values(commands)) {
      if (command.key === null) continue;
      const character = /^(.|Space)$/u.test(command.key);
      expect(keyOf(command, false), command.key).toBe(character ? null : command.key);
      expect(keyOf(command, true)).toBe(command.key);
    }
    for (const key of ['f', 't', '?', ' ', '+', 'n'])
      expect(commandFor(press(key), commands, false, false)).toBeNull();
    expect(commandFor(press('ArrowRight'), commands, false, false)?.id).toBe('forward-token');
    expect(commandFor(press('Escape'), commands, false, false)?.id).toBe('stop');
    expect(commandFor(press('f'), commands, false, true)?.id).toBe('full-pace');
  });

  it('are shown in words', () => {
    expect(keyText('Shift+ArrowRight')).toBe('Shift + →');
    expect(keyText('f')).toBe('F');
    expect(keyText('+')).toBe('+');
  });
});
