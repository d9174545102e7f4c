import { type Commands, createCommands } from '@/lib/commands/commands';
import { Session } from '@/lib/commands/session';
import { Facts } from '@/lib/learn/facts';
import { type AppStore, createAppStore } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';
import { FakeClient } from '../commands/fake-client';
import { trace as shipped, tokenizer } from '../draw/recorded-run';
import { recorded } from '../trace/synthetic';

/** A page of the instrument without a screen. */
export interface TestPage {
  store: AppStore;
  commands: Commands;
  client: FakeClient;
}

export function page(): TestPage {
  const store = createAppStore();
  const client = new FakeClient();
  const request = { model: 'nano-b4', backend: 'wasm' } as const;
  const commands = createCommands(store, new Session(store, client, request, () => {}));
  return { store, commands, client };
}

/** What wrote the shipped recorded run. */
export const writer: Writer = { tokenizer, allocatedBytes: null };

/** The shipped recorded run of a trained model. */
export { shipped };

/** A short run of made-up numbers: two blocks of prompt with three pads, four written blocks. */
export function synthetic(): Trace {
  const recorder = recorded(2, 4);
  recorder.finish('length');
  return recorder.trace;
}

export const shippedFacts = new Facts(shipped, writer);
