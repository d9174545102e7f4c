import { beforeEach, describe, expect, it } from 'vitest';
import { createCompareCommands } from '@/lib/commands/compare-commands';
import {
  type PlayerCommand,
  type PlayerCommandId,
  playerCommands,
} from '@/lib/commands/player-commands';
import { createCompareStore } from '@/lib/compare/store';
import type { CompareControls, LaneTrace } from '@/lib/compare/types';
import { createCompareView } from '@/lib/store/compare-view';
import type { Pace } from '@/lib/store/playback';
import { flatTrace, traceOfLength } from '../compare/traces';

/** A page whose player can go from token 0 to 20, its text from 9 on. */
class FakePage {
  running = false;
  cursor: number | null = 10;
  playing = true;
  pace: Pace = 8;
  steadyPace: Pace = 8;
  known: { first: number; last: number; ended: boolean } | null = {
    first: 9,
    last: 20,
    ended: false,
  };
  mayStop = true;
  readonly done: string[] = [];
  readonly commands = Object.fromEntries(
    playerCommands({
      state: () => this,
      extent: () => this.known,
      stride: () => 4,
      stoppable: () => this.mayStop,
      generate: () => this.done.push('generate'),
      stop: () => this.done.push('stop'),
    }).map((command) => [command.id, command]),
  ) as Record<PlayerCommandId, PlayerCommand>;

  seek = (cursor: number) => {
    this.cursor = cursor;
  };
  setPlaying = (playing: boolean) => {
    this.playing = playing;
  };
  setPace = (pace: Pace) => {
    this.pace = pace;
  };
}

const STEPS = [
  ['first', 0],
  ['back-block', 6],
  ['back-token', 9],
  ['forward-token', 11],
  ['forward-block', 14],
  ['last', 20],
] as const;
const BACK = STEPS.slice(0, 3).map(([id]) => id);
const ON = STEPS.slice(3).map(([id]) => id);

let page: FakePage;
const enabled = (ids: readonly PlayerCommandId[]) => ids.map((id) => page.commands[id].enabled());

beforeEach(() => {
  page = new FakePage();
});

describe('a player', () => {
  it.each(STEPS)('steps: %s from token 10 to %i, and pauses', (id, token) => {
    page.commands[id].run();
    expect(page.cursor).toBe(token);
    expect(page.playing).toBe(false);
  });

  it('steps back unless it is at the start, on unless at the newest token', () => {
    expect([enabled(BACK), enabled(ON)].flat()).toEqual(new Array(6).fill(true));
    page.cursor = 0;
    expect([enabled(BACK), enabled(ON)].flat()).toEqual([...'fffttt'].map((is) => is === 't'));
    page.cursor = 20;
    expect([enabled(BACK), enabled(ON)].flat()).toEqual([...'tttfff'].map((is) => is === 't'));
  });

  it('has nothing to step or play through before the first run', () => {
    page.known = null;
    page.cursor = null;
    expect([enabled(BACK), enabled(ON), enabled(['play'])].flat()).toEqual(
      new Array(7).fill(false),
    );
    page.commands['forward-token'].run();
    expect(page.cursor).toBeNull();
    expect(enabled(['generate', 'full-pace'])).toEqual([true, true]);
  });

  it('plays on from where it is, and from the text’s start once an ended run was played through', () => {
    page.playing = false;
    page.cursor = 20;
    page.commands.play.run();
    expect([page.cursor, page.playing]).toEqual([20, true]);
    expect(page.commands.play.label()).toBe('Pause');
    page.commands.play.run();
    expect([page.cursor, page.playing]).toEqual([20, false]);
    page.known = { first: 9, last: 20, ended: true };
    expect(page.commands.play.label()).toBe('Play');
    page.commands.play.run();
    expect([page.cursor, page.playing]).toEqual([9, true]);
  });

  it('stops what runs, unless the key means something else now', () => {
    expect(enabled(['stop'])).toEqual([false]);
    page.running = true;
    expect(enabled(['stop'])).toEqual([true]);
    page.mayStop = false;
    expect(enabled(['stop'])).toEqual([false]);
    page.commands.stop.run();
    page.commands.generate.run();
    expect(page.done).toEqual(['stop', 'generate']);
  });

  it('goes to full pace and back to the one before', () => {
    page.commands['full-pace'].run();
    expect(page.pace).toBe('max');
    page.commands['full-pace'].run();
    expect(page.pace).toBe(8);
  });
});

describe('the player of Compare', () => {
  function compare(upper: LaneTrace, lower: LaneTrace) {
    const store = createCompareStore();
    const { lanes } = store.getState();
    store.setState({
      lanes: { upper: { ...lanes.upper, trace: upper }, lower: { ...lanes.lower, trace: lower } },
      cursor: 0,
    });
    const commands = createCompareCommands(store, createCompareView([]), {} as CompareControls);
    return { store, commands };
  }

  it.each([
    [traceOfLength(2), traceOfLength(8), 8],
    [traceOfLength(2), flatTrace(), 2],
    [flatTrace(), traceOfLength(1), 1],
    // Neither has blocks: as many as an unrolled run writes.
    [flatTrace(), flatTrace(), 4],
  ])('steps by the longer blocks of its lanes', (upper, lower, stride) => {
    const { store, commands } = compare(upper, lower);
    commands['forward-block'].run();
    // No text of these has so many tokens that the step is cut.
    expect(store.getState().cursor).toBe(stride);
  });

  it('is first in a registry that gives every command its own id, key and name', () => {
    const { commands } = compare(traceOfLength(2), flatTrace());
    const list = Object.entries(commands);
    for (const [id, command] of list) expect(command.id).toBe(id);
    expect(list[0]?.[0]).toBe('generate');
    for (const all of [list.map(([, { key }]) => key), list.map(([, { label }]) => label())])
      expect(new Set(all).size).toBe(list.length);
  });
});
