import { compareExtent, tracesOf } from '@/lib/compare/extent';
import type { CompareStore } from '@/lib/compare/store';
import { type CompareControls, type CompareExtent, LANES } from '@/lib/compare/types';
import type { CompareViewStore } from '@/lib/store/compare-view';
import { Trace } from '@/lib/trace/trace';
import type { Command } from './commands';
import { otherTheme } from './other-theme';

export type CompareCommandId =
  | 'generate'
  | 'stop'
  | 'play'
  | 'first'
  | 'back-block'
  | 'back-token'
  | 'forward-token'
  | 'forward-block'
  | 'last'
  | 'full-pace'
  | 'same-text'
  | 'own-text'
  | 'near'
  | 'whole-run'
  | 'theme'
  | 'help';

/** One thing that a reader of Compare can do; it asks the page's stores itself. */
export interface CompareCommand extends Pick<Command, 'key' | 'whileTyping' | 'run'> {
  id: CompareCommandId;
  label(): string;
  enabled(): boolean;
}

/** The commands by id, in the order of the list of shortcuts. */
export type CompareCommands = Readonly<Record<CompareCommandId, CompareCommand>>;

/** Tokens of a step by blocks where neither lane has blocks. */
const FLAT_STRIDE = 4;

/** All commands of Compare, bound to its stores and session. Keys are those of the first page where both have the command. */
export function createCompareCommands(
  store: CompareStore,
  view: CompareViewStore,
  session: CompareControls,
): CompareCommands {
  const extent = (): CompareExtent | null => compareExtent(tracesOf(store.getState()));
  const seekTo = (token: (cursor: number, within: CompareExtent) => number) => () => {
    const { cursor, setPlaying, seek } = store.getState();
    const within = extent();
    if (cursor === null || within === null) return;
    setPlaying(false);
    seek(token(cursor, within));
  };
  const canGoBack = () => (store.getState().cursor ?? 0) > 0;
  const canGoOn = () => {
    const { cursor } = store.getState();
    const within = extent();
    return cursor !== null && within !== null && cursor < within.last;
  };
  const list: CompareCommand[] = [
    {
      id: 'generate',
      label: () => 'Generate',
      key: 'Control+Enter',
      whileTyping: true,
      // An empty prompt is answered with a sentence, a failed engine is loaded again.
      enabled: () => true,
      run: () => void session.generate(),
    },
    {
      id: 'stop',
      label: () => 'Stop',
      key: 'Escape',
      whileTyping: true,
      enabled: () => store.getState().running,
      run: () => session.stop(),
    },
    {
      id: 'play',
      label: () => (store.getState().playing ? 'Pause' : 'Play'),
      key: 'Space',
      enabled: () => extent() !== null,
      run: () => {
        const { cursor, playing, seek, setPlaying } = store.getState();
        const within = extent();
        if (!playing && within?.ended && cursor === within.last) seek(within.first);
        setPlaying(!playing);
      },
    },
    {
      id: 'first',
      label: () => 'To the start',
      key: 'Home',
      enabled: canGoBack,
      run: seekTo(() => 0),
    },
    {
      id: 'back-block',
      label: () => 'Back one block',
      key: 'Shift+ArrowLeft',
      enabled: canGoBack,
      run: seekTo((cursor) => cursor - strideOf(store)),
    },
    {
      id: 'back-token',
      label: () => 'Back one token',
      key: 'ArrowLeft',
      enabled: canGoBack,
      run: seekTo((cursor) => cursor - 1),
    },
    {
      id: 'forward-token',
      label: () => 'Forward one token',
      key: 'ArrowRight',
      enabled: canGoOn,
      run: seekTo((cursor) => cursor + 1),
    },
    {
      id: 'forward-block',
      label: () => 'Forward one block',
      key: 'Shift+ArrowRight',
      enabled: canGoOn,
      run: seekTo((cursor) => cursor + strideOf(store)),
    },
    {
      id: 'last',
      label: () => 'To the newest token',
      key: 'End',
      enabled: canGoOn,
      run: seekTo((_, { last }) => last),
    },
    {
      id: 'full-pace',
      label: () => 'As fast as it goes',
      key: 'f',
      enabled: () => true,
      run: () => {
        const { pace, steadyPace, setPace } = store.getState();
        setPace(pace === 'max' ? steadyPace : 'max');
      },
    },
    {
      id: 'same-text',
      label: () => 'Same text: read the upper lane’s text by the lower lane’s model',
      key: 's',
      enabled: () => {
        const { lanes } = store.getState();
        return lanes.upper.trace !== null && lanes.upper.givenBy === null;
      },
      run: () => void session.giveText('upper'),
    },
    {
      id: 'own-text',
      label: () => 'Each model writes its own text again',
      key: 'o',
      enabled: () => {
        const { lanes } = store.getState();
        return LANES.some((id) => lanes[id].givenBy !== null);
      },
      run: () => void session.generate(),
    },
    {
      id: 'near',
      label: () => 'Show the tokens around the cursor',
      key: 'l',
      enabled: () => extent() !== null,
      run: () => view.getState().setZoom('near'),
    },
    {
      id: 'whole-run',
      label: () => 'Show the whole text',
      key: 'w',
      enabled: () => extent() !== null,
      run: () => view.getState().setZoom('whole'),
    },
    {
      id: 'theme',
      label: () => 'Light or dark',
      key: 't',
      enabled: () => true,
      run: () => {
        const { theme, setTheme } = view.getState();
        setTheme(otherTheme(theme));
      },
    },
    {
      id: 'help',
      label: () => 'Keyboard shortcuts',
      key: '?',
      enabled: () => true,
      run: () => {
        const { helpOpen, setHelpOpen } = view.getState();
        setHelpOpen(!helpOpen);
      },
    },
  ];
  return Object.fromEntries(list.map((command) => [command.id, command])) as CompareCommands;
}

/** A step by blocks: the longer blocks of the two lanes. */
function strideOf(store: CompareStore): number {
  const lengths = tracesOf(store.getState()).flatMap((trace) =>
    trace instanceof Trace ? trace.dims.blockLength : [],
  );
  return lengths.length === 0 ? FLAT_STRIDE : Math.max(...lengths);
}
