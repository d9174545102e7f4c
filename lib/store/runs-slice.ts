import type { Trace } from '@/lib/trace/trace';
import type { AppState, Slice } from './store';
import type { Writer } from './writer';

/** How many runs and branches stay reachable. */
export const KEPT_RUNS = 5;

/** A run or branch that can be shown again. */
export interface KeptRun {
  /** Counts from 1 over all runs of the page, so that a run keeps its name when others go. */
  number: number;
  trace: Trace;
  writer: Writer | null;
  /** Where the reader left it; null while it has not been left. */
  cursor: number | null;
}

/** The last runs and branches, and which entries of the vocabulary can be chosen to make another. */
export interface RunsSlice {
  /** Oldest first, at most `KEPT_RUNS`. */
  runs: readonly KeptRun[];
  runsOpen: boolean;
  /** The next-token panel lists more entries and can be searched. */
  entriesOpen: boolean;
  /**
   * Keeps a new run and shows it. With more than `KEPT_RUNS` the oldest goes, first of those without bookmarks, but never the one
   * that the new one branched from, nor one that is still being written. A recorded run that was on the screen is kept as well if
   * it has bookmarks.
   */
  addRun(trace: Trace, writer: Writer | null): void;
  /** Shows a kept run at token `cursor`, or where it was left; one that is still being written plays on. */
  showRun(trace: Trace, cursor?: number): void;
  setRunsOpen(open: boolean): void;
  setEntriesOpen(open: boolean): void;
}

export const runsSlice: Slice<RunsSlice> = (set, get) => ({
  runs: [],
  runsOpen: false,
  entriesOpen: false,
  addRun: (trace, writer) => {
    const state = get();
    const left = withMarked(leaving(state), state);
    const runs = [...left, { number: nextNumber(left), trace, writer, cursor: null }];
    const parent = trace.header.branch?.parent;
    while (runs.length > KEPT_RUNS) {
      const spare = runs
        .slice(0, -1)
        .filter(({ trace: { header, end } }) => header.id !== parent && end !== null);
      const goes = spare.find((run) => !isMarked(run.trace, state)) ?? spare[0];
      if (!goes) break;
      runs.splice(runs.indexOf(goes), 1);
    }
    set({ runs });
    get().showTrace(trace, writer);
  },
  showRun: (trace, cursor) => {
    const state = get();
    const kept = state.runs.find((run) => run.trace === trace);
    if (!kept || (state.trace === trace && cursor === undefined)) return;
    set({ runs: leaving(state) });
    state.showTrace(trace, kept.writer, cursor ?? kept.cursor ?? trace.textLength - 1);
  },
  setRunsOpen: (runsOpen) => set({ runsOpen }),
  setEntriesOpen: (entriesOpen) => set({ entriesOpen }),
});

/** The runs, and with them the one on the screen if it was only looked at, but has bookmarks. */
function withMarked(runs: KeptRun[], state: AppState): KeptRun[] {
  const { trace, writer, cursor } = state;
  if (!trace || runOf(runs, trace) || !isMarked(trace, state)) return runs;
  return [...runs, { number: nextNumber(runs), trace, writer, cursor }];
}

function isMarked({ header }: Trace, { bookmarks }: AppState): boolean {
  return bookmarks.some(({ run }) => run === header.id);
}

function nextNumber(runs: readonly KeptRun[]): number {
  return (runs.at(-1)?.number ?? 0) + 1;
}

/** The runs, with the one on the screen left at the cursor. */
function leaving({ runs, trace, cursor }: AppState): KeptRun[] {
  return runs.map((run) => (run.trace === trace ? { ...run, cursor } : run));
}

/** The kept run that `trace` is of, or null. */
export function runOf(runs: readonly KeptRun[], trace: Trace | null): KeptRun | null {
  return runs.find((run) => run.trace === trace) ?? null;
}

/** The run that a branch left, or null when it is no branch or the run is not kept any more. */
export function parentOf(runs: readonly KeptRun[], trace: Trace | null): KeptRun | null {
  const parent = trace?.header.branch?.parent;
  return parent === undefined ? null : (runs.find((run) => run.trace.header.id === parent) ?? null);
}
