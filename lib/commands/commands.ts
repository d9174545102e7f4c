import { PANELS, type PanelName } from '@/lib/export/shown';
import { placeOf } from '@/lib/model/layout';
import { axisBounds, ZOOM_STEP } from '@/lib/store/axis-view';
import { extentOf } from '@/lib/store/playback';
import { parentOf } from '@/lib/store/runs-slice';
import type { MapName } from '@/lib/store/selection-slice';
import {
  type ArithmeticCell,
  STATION_NAMES,
  STATIONS,
  type Station,
} from '@/lib/store/station-slice';
import type { AppState, AppStore } from '@/lib/store/store';
import { type FileCommandId, fileCommands } from './file-commands';
import { otherTheme } from './other-theme';
import { type PlayerCommandId, playerCommands } from './player-commands';
import { type PresentCommandId, presentCommands } from './present-commands';
import type { Session } from './session';
import { type ShareCommandId, shareCommands } from './share-commands';

/** One thing that a reader can do. Toolbar, shortcuts and the list of shortcuts are made from these. */
export interface Command {
  id: CommandId;
  /** The accessible name; it may follow the state. */
  label(state: AppState): string;
  /** For instance `Shift+ArrowRight`; null where the page has a field for it. */
  key: string | null;
  /** Works while the reader types in a field. */
  whileTyping?: boolean;
  enabled(state: AppState): boolean;
  run(): void;
}

export type CommandId =
  | PlayerCommandId
  | 'zoom-in'
  | 'zoom-out'
  | 'pan-back'
  | 'pan-forward'
  | 'recent'
  | 'whole-run'
  | 'follow'
  | 'heads'
  | 'map-view'
  | 'whole-map'
  | 'entries'
  | 'runs'
  | 'parent'
  | `station-${Station}`
  | 'arithmetic'
  | 'full-screen'
  | ShareCommandId
  | FileCommandId
  | PresentCommandId
  | 'theme'
  | 'help';

/** The commands by id, in the order of the list of shortcuts. */
export type Commands = Record<CommandId, Command>;

/** All commands of the page, bound to its store and session. */
export function createCommands(store: AppStore, session: Session): Commands {
  const blockLength = (state: AppState) => state.trace?.dims.blockLength ?? 1;
  const list: Command[] = [
    ...playerCommands({
      state: store.getState,
      extent: () => {
        const { trace } = store.getState();
        return trace && extentOf(trace);
      },
      stride: () => blockLength(store.getState()),
      // Escape leaves the full screen first.
      stoppable: () => store.getState().fullPanel === null,
      generate: () => void session.generate(),
      stop: () => session.stop(),
    }),
    {
      id: 'zoom-in',
      label: () => 'Zoom in on the time axis',
      key: '+',
      enabled: (state) => state.trace !== null && state.axis.span > 1,
      run: () => store.getState().zoomAxis(ZOOM_STEP),
    },
    {
      id: 'zoom-out',
      label: () => 'Zoom out',
      key: '-',
      enabled: (state) =>
        state.trace !== null && state.axis.span < axisBounds(state, state.axisRoom).context,
      run: () => store.getState().zoomAxis(1 / ZOOM_STEP),
    },
    {
      id: 'pan-back',
      label: () => 'Look earlier',
      key: ',',
      enabled: (state) => state.trace !== null && state.axis.from > 0,
      run: () => store.getState().panAxis(-panStep(store.getState())),
    },
    {
      id: 'pan-forward',
      label: () => 'Look later',
      key: '.',
      enabled: (state) => state.trace !== null,
      run: () => store.getState().panAxis(panStep(store.getState())),
    },
    {
      id: 'recent',
      label: (state) => `Show the last ${state.axisRoom} blocks`,
      key: 'l',
      enabled: (state) => state.trace !== null,
      run: () => store.getState().showOnAxis('recent'),
    },
    {
      id: 'whole-run',
      label: () => 'Show the whole run',
      key: 'w',
      enabled: (state) => state.trace !== null,
      run: () => store.getState().showOnAxis('whole'),
    },
    {
      id: 'follow',
      label: () => 'Follow the cursor',
      key: 'c',
      enabled: (state) => state.trace !== null && !state.axis.following,
      run: () => store.getState().showOnAxis('cursor'),
    },
    {
      id: 'heads',
      label: () => 'All heads of a map',
      key: 'h',
      enabled: (state) => state.trace !== null && mapInSight(state) !== null,
      run: () => {
        const state = store.getState();
        state.openHeads(state.headsOpen ? null : mapInSight(state));
      },
    },
    {
      id: 'map-view',
      label: () => 'View of the maps: scale and what is left out',
      key: 'v',
      // Before block 1 there is no global map to look at.
      enabled: (state) =>
        (state.cursor ?? 0) >= blockLength(state) &&
        state.trace !== null &&
        mapInSight(state) !== null,
      run: () => {
        const state = store.getState();
        state.openMapView(state.mapViewOpen ? null : mapInSight(state));
      },
    },
    {
      id: 'whole-map',
      label: () => 'All rows of a long global map',
      key: 'm',
      enabled: (state) => state.trace !== null,
      run: () => {
        const { mapView, setMapView } = store.getState();
        setMapView({ whole: !mapView.whole });
      },
    },
    ...STATIONS.map((station, i) => ({
      id: `station-${station}` as const,
      label: () => `Open ${STATION_NAMES[station]}`,
      key: String(i + 1),
      enabled: (state: AppState) => state.trace !== null && state.fullPanel === null,
      run: () => toggleStation(store, station),
    })),
    {
      id: 'station-cache',
      label: () => 'Open the cache, slot by slot',
      key: 'k',
      enabled: (state) => state.trace !== null && state.fullPanel === null,
      run: () => toggleStation(store, 'cache'),
    },
    {
      id: 'arithmetic',
      label: () => 'Arithmetic of the chosen cell',
      key: 'a',
      enabled: (state) => state.fullPanel === null && arithmeticCell(state) !== null,
      run: () => {
        const cell = arithmeticCell(store.getState());
        if (cell) store.getState().openArithmetic(cell);
      },
    },
    {
      id: 'entries',
      label: (state) =>
        state.entriesOpen ? 'Fewer words to choose from' : 'More words to choose from',
      key: 'n',
      // A station lists them anyway; another panel on the whole screen hides them.
      enabled: (state) =>
        hasDistribution(state) &&
        state.station === null &&
        (state.fullPanel === null || state.fullPanel === 'next'),
      run: () => store.getState().setEntriesOpen(!store.getState().entriesOpen),
    },
    {
      id: 'runs',
      label: () => 'Runs and branches',
      key: 'r',
      // Its list stands at the top of the page, which a panel may cover.
      enabled: (state) => state.runs.length > 1 && state.fullPanel === null,
      run: () => store.getState().setRunsOpen(!store.getState().runsOpen),
    },
    {
      id: 'parent',
      label: ({ runs, trace }) => {
        const parent = parentOf(runs, trace);
        return `Back to ${parent ? `run ${parent.number}` : 'the run that a branch left'}, at the same token`;
      },
      key: 'b',
      enabled: (state) => parentOf(state.runs, state.trace) !== null,
      run: () => {
        const { runs, trace, showRun } = store.getState();
        const parent = parentOf(runs, trace);
        if (parent) showRun(parent.trace, trace?.header.branch?.at);
      },
    },
    {
      id: 'full-screen',
      label: (state) =>
        state.fullPanel ? 'Leave full screen' : 'Full screen: the panel in use, or the global map',
      key: 'Shift+f',
      enabled: (state) => state.station === null,
      run: () => {
        const { fullPanel, openFull } = store.getState();
        openFull(fullPanel ? null : (panelInUse() ?? 'global'));
      },
    },
    ...shareCommands(store),
    ...fileCommands(store, session),
    ...presentCommands(store),
    {
      id: 'theme',
      label: () => 'Light or dark',
      key: 't',
      enabled: () => true,
      run: () => {
        const { theme, setTheme } = store.getState();
        setTheme(otherTheme(theme));
      },
    },
    {
      id: 'help',
      label: () => 'Keyboard shortcuts',
      key: '?',
      enabled: () => true,
      run: () => {
        const { helpOpen, setHelpOpen, openStation } = store.getState();
        openStation(null);
        setHelpOpen(!helpOpen);
      },
    },
  ];
  return Object.fromEntries(list.map((command) => [command.id, command])) as Commands;
}

function toggleStation(store: AppStore, station: Station): void {
  const state = store.getState();
  state.openStation(state.station === station ? null : station);
}

/** The chosen cell of a map, if it is the weight of one head: a mean, a maximum and joined keys are no product of q and k. */
function arithmeticCell({ cell, global, local }: AppState): ArithmeticCell | null {
  if (!cell || cell.column === null || cell.column > cell.row) return null;
  const { layer, head } = cell.map === 'global' ? global : local;
  if (layer === 'all' || typeof head !== 'number') return null;
  return { map: cell.map, layer, head, row: cell.row, column: cell.column };
}

/** The map that the keys for maps mean: the one that fills the screen, else the global one; null when something covers both. */
function mapInSight({ fullPanel, station }: AppState): MapName | null {
  if (station !== null) return null;
  if (fullPanel === null) return 'global';
  return fullPanel === 'global' || fullPanel === 'local' ? fullPanel : null;
}

/** The token at the cursor was drawn from something: it is none of the prompt, and it is written. */
function hasDistribution({ trace, cursor }: AppState): boolean {
  if (trace === null || cursor === null) return false;
  const { block, slot } = placeOf(cursor, trace.dims);
  return trace.logits(block, slot) !== null;
}

/** The panel that the focus is in. */
function panelInUse(): PanelName | null {
  const panel = globalThis.document?.activeElement?.closest<HTMLElement>('[data-panel]');
  return PANELS.find((name) => name === panel?.dataset.panel) ?? null;
}

/** A quarter of the view, so that the eye keeps its place. */
function panStep({ axis }: AppState): number {
  return Math.max(1, Math.round(axis.span / 4));
}
