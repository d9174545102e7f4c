import { compareExtent, tracesOf } from '@/lib/compare/extent';
import type { CompareStore } from '@/lib/compare/store';
import { type CompareControls, LANES } from '@/lib/compare/types';
import type { CompareViewStore } from '@/lib/store/compare-view';
import { Trace } from '@/lib/trace/trace';
import { otherTheme } from './other-theme';
import { type PlayerCommand, type PlayerCommandId, playerCommands } from './player-commands';

export type CompareCommandId =
  | PlayerCommandId
  | 'same-text'
  | 'own-text'
  | 'near'
  | 'whole-run'
  | 'present'
  | 'theme'
  | 'help';

/** One thing that a reader of Compare can do; it asks the page's stores itself. */
export interface CompareCommand extends Omit<PlayerCommand, 'id'> {
  id: CompareCommandId;
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
  const extent = () => compareExtent(tracesOf(store.getState()));
  const list: CompareCommand[] = [
    ...playerCommands({
      state: store.getState,
      extent,
      stride: () => strideOf(store),
      stoppable: () => true,
      generate: () => void session.generate(),
      stop: () => session.stop(),
    }),
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
      id: 'present',
      label: () => (view.getState().presenting ? 'Leave the presentation' : 'Present'),
      key: 'p',
      enabled: () => true,
      run: () => {
        const { presenting, present } = view.getState();
        present(!presenting);
      },
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
