import type { Pace } from '@/lib/store/playback';
import type { Command } from './commands';

export type PlayerCommandId =
  | 'generate'
  | 'stop'
  | 'play'
  | 'first'
  | 'back-block'
  | 'back-token'
  | 'forward-token'
  | 'forward-block'
  | 'last'
  | 'full-pace';

/** What a page's state has for its player. */
export interface PlayerState {
  readonly running: boolean;
  /** Null before the first run. */
  readonly cursor: number | null;
  readonly playing: boolean;
  readonly pace: Pace;
  readonly steadyPace: Pace;
  seek(cursor: number): void;
  setPlaying(playing: boolean): void;
  setPace(pace: Pace): void;
}

/** The page that a player works on. */
export interface PlayerPort {
  state(): PlayerState;
  /** How far the cursor can go; null before the first run. */
  extent(): { first: number; last: number; ended: boolean } | null;
  /** Tokens of a step by blocks. */
  stride(): number;
  /** Whether Stop is meant by its key now, if something runs. */
  stoppable(): boolean;
  generate(): void;
  stop(): void;
}

/** One thing that a reader can do with the player; it asks the page itself. */
export interface PlayerCommand extends Pick<Command, 'key' | 'whileTyping' | 'run'> {
  id: PlayerCommandId;
  label(): string;
  enabled(): boolean;
}

/** Something that follows from the cursor and the last token that it can stand on. */
type Place<T> = (cursor: number, last: number) => T;

/** The commands of a player, in the order of the list of shortcuts: write, stop, play, step, and full pace. */
export function playerCommands(page: PlayerPort): PlayerCommand[] {
  const steps =
    (possible: Place<boolean>) =>
    (id: PlayerCommandId, label: string, key: string, target: Place<number>): PlayerCommand => ({
      id,
      label: () => label,
      key,
      enabled: () => {
        const { cursor } = page.state();
        const extent = page.extent();
        return cursor !== null && extent !== null && possible(cursor, extent.last);
      },
      run: () => {
        const { cursor, setPlaying, seek } = page.state();
        const extent = page.extent();
        if (cursor === null || extent === null) return;
        setPlaying(false);
        seek(target(cursor, extent.last));
      },
    });
  const back = steps((cursor) => cursor > 0);
  const on = steps((cursor, last) => cursor < last);
  return [
    {
      id: 'generate',
      label: () => 'Generate',
      key: 'Control+Enter',
      whileTyping: true,
      // An empty prompt is answered with a sentence, a failed engine is loaded again.
      enabled: () => true,
      run: () => page.generate(),
    },
    {
      id: 'stop',
      label: () => 'Stop',
      key: 'Escape',
      whileTyping: true,
      enabled: () => page.state().running && page.stoppable(),
      run: () => page.stop(),
    },
    {
      id: 'play',
      label: () => (page.state().playing ? 'Pause' : 'Play'),
      key: 'Space',
      enabled: () => page.extent() !== null,
      run: () => {
        const { cursor, playing, seek, setPlaying } = page.state();
        const extent = page.extent();
        // From the end it plays again.
        if (!playing && extent?.ended && cursor === extent.last) seek(extent.first);
        setPlaying(!playing);
      },
    },
    back('first', 'To the start', 'Home', () => 0),
    back('back-block', 'Back one block', 'Shift+ArrowLeft', (cursor) => cursor - page.stride()),
    back('back-token', 'Back one token', 'ArrowLeft', (cursor) => cursor - 1),
    on('forward-token', 'Forward one token', 'ArrowRight', (cursor) => cursor + 1),
    on(
      'forward-block',
      'Forward one block',
      'Shift+ArrowRight',
      (cursor) => cursor + page.stride(),
    ),
    on('last', 'To the newest token', 'End', (_, last) => last),
    {
      id: 'full-pace',
      label: () => 'As fast as it goes',
      key: 'f',
      enabled: () => true,
      run: () => {
        const { pace, steadyPace, setPace } = page.state();
        setPace(pace === 'max' ? steadyPace : 'max');
      },
    },
  ];
}
