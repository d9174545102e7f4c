import { type CommandId, createCommands } from '@/lib/commands/commands';
import { Session } from '@/lib/commands/session';
import { withoutCommands } from '@/lib/commands/without';
import type { EngineClient } from '@/lib/engine/types';
import { readAddress } from '@/lib/store/address';
import { createAppStore } from '@/lib/store/store';
import { BoundaryClock } from '../canvas/boundary-clock';
import { createColours } from '../canvas/colours';
import { FrameLoop } from '../canvas/frame-loop';
import { MomentFeed, momentOf } from '../moment-feed';
import type { PageTools } from '../page-context';

/** The tools of one page of the instrument, and how to let go of them. */
export interface MadeTools {
  tools: PageTools;
  dispose(): void;
}

/**
 * Makes store, session, commands, frame loop and colours of a page around `client`. It asks for what the page's address asks for.
 *
 * @param without commands that the page has no place for
 */
export function createTools(client: EngineClient, without: readonly CommandId[] = []): MadeTools {
  const store = createAppStore();
  const frames = new FrameLoop();
  const address = readAddress(window.location.search);
  store.getState().setNotices(address.notices);
  const session = new Session(store, client, address.request, frames.wake);
  const still = window.matchMedia('(prefers-reduced-motion: reduce)');
  const boundary = new BoundaryClock(() => still.matches);
  const removeTick = frames.add((now) => {
    const playing = session.tick(now);
    return boundary.update(now, store.getState()) || playing;
  });
  // After the player, so that both show one token.
  const moments = new MomentFeed(store, momentOf, frames, ({ trace }) => [trace]);
  const colours = createColours(frames.wake);
  const unsubscribe = store.subscribe((state, before) => {
    if (state.theme !== before.theme) colours.forget();
  });
  const tools: PageTools = {
    store,
    session,
    frames,
    moments,
    boundary,
    commands: withoutCommands(createCommands(store, session), without),
    theme: colours.theme,
  };
  return {
    tools,
    dispose: () => {
      removeTick();
      unsubscribe();
      moments.dispose();
      colours.dispose();
      session.dispose();
    },
  };
}
