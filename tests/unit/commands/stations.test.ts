import { beforeEach, describe, expect, it } from 'vitest';
import { type Commands, createCommands } from '@/lib/commands/commands';
import { Session } from '@/lib/commands/session';
import type { EngineInfo, Inspection, InspectRequest } from '@/lib/engine/types';
import { STATIONS } from '@/lib/store/station-slice';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';
import { FakeClient } from './fake-client';

const EMPTY = new Float32Array(0);

/** An engine that notes what it is asked to look into. */
class InspectedClient extends FakeClient {
  readonly asked: InspectRequest[] = [];

  override async inspect(request?: InspectRequest): Promise<never> {
    if (request) this.asked.push(request);
    const found: Inspection = {
      block: request?.block ?? -1,
      globalQueries: EMPTY,
      globalKeys: EMPTY,
      localQueries: EMPTY,
      localKeys: EMPTY,
    };
    return found as never;
  }
}

const { trace } = recorded(2, 3);
let store: AppStore;
let client: InspectedClient;
let session: Session;
let commands: Commands;

beforeEach(() => {
  store = createAppStore();
  client = new InspectedClient();
  session = new Session(store, client, { model: 'nano-b4', backend: 'wasm' }, () => {});
  commands = createCommands(store, session);
});

const engineOf = (sha256: string) => ({ manifest: { weights: { sha256 } } }) as EngineInfo;
const cell = (row: number, column: number | null) => ({
  map: 'global' as const,
  row,
  column,
  query: null,
  key: null,
});

describe('the stations', () => {
  it('open one at a time, close by their own key, and need a run', () => {
    for (const name of STATIONS)
      expect(commands[`station-${name}`].enabled(store.getState())).toBe(false);
    store.getState().showTrace(trace, null);
    for (const name of STATIONS) {
      commands[`station-${name}`].run();
      expect(store.getState().station).toBe(name);
    }
    // The maps' own sheets would open behind a station.
    expect(commands.heads.enabled(store.getState())).toBe(false);
    commands['station-next'].run();
    expect(store.getState().station).toBeNull();
    expect(commands.heads.enabled(store.getState())).toBe(true);
  });

  it('give way to the list of shortcuts', () => {
    store.getState().showTrace(trace, null);
    commands['station-cache'].run();
    commands.help.run();
    expect(store.getState()).toMatchObject({ station: null, helpOpen: true });
  });
});

describe('the arithmetic of a cell', () => {
  beforeEach(() => store.getState().showTrace(trace, null));

  it('opens for a weight of one head, in the station of its map', () => {
    store.getState().choose('global', { layer: 1, head: 2 });
    store.getState().chooseCell(cell(3, 1));
    commands.arithmetic.run();
    expect(store.getState()).toMatchObject({
      station: 'global',
      arithmetic: { map: 'global', layer: 1, head: 2, row: 3, column: 1 },
    });
  });

  it('is not there for masked cells, joined keys and joined heads', () => {
    const possible = () => commands.arithmetic.enabled(store.getState());
    expect(possible()).toBe(false);
    for (const one of [cell(1, 3), cell(3, null)]) {
      store.getState().chooseCell(one);
      expect(possible()).toBe(false);
    }
    store.getState().chooseCell(cell(3, 1));
    expect(possible()).toBe(true);
    store.getState().choose('global', { layer: 0, head: 'mean' });
    expect(possible()).toBe(false);
    store.getState().choose('global', { layer: 'all', head: 'max' });
    expect(possible()).toBe(false);
  });

  it('is forgotten when another station opens', () => {
    store.getState().chooseCell(cell(3, 1));
    commands.arithmetic.run();
    store.getState().openStation('local');
    expect(store.getState().arithmetic).toBeNull();
  });
});

describe('an inspection', () => {
  it('is asked with whole blocks, the block’s own last, of the model that wrote the run', async () => {
    store.setState({ info: engineOf(trace.header.model.weightsSha256) });
    expect((await session.inspect(trace, 3)).block).toBe(3);
    const [request] = client.asked;
    expect(request?.block).toBe(3);
    expect([...(request?.tokens ?? [])]).toEqual([...trace.tokens.subarray(0, 16)]);
  });

  it('of another model’s run, or without a model, is refused in a sentence', async () => {
    await expect(session.inspect(trace, 3)).rejects.toThrow(/once the model is loaded\.$/);
    store.setState({ info: engineOf('c'.repeat(64)) });
    await expect(session.inspect(trace, 3)).rejects.toThrow(/^Another model .* wrote this run/);
    expect(client.asked).toEqual([]);
  });
});
