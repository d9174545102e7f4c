import {
  type AxisBounds,
  type AxisView,
  axisBounds,
  FIRST_VIEW,
  frameView,
  panView,
  placeView,
  resizeView,
  settleView,
  zoomView,
} from './axis-view';
import type { AppState, Slice } from './store';

export type ThemeName = 'light' | 'dark';

/** How the page looks. */
export interface ViewSlice {
  /** Null follows the system. */
  theme: ThemeName | null;
  helpOpen: boolean;
  /** Shortcuts of one letter or sign are on; whoever speaks to the computer may want them off (WCAG 2.1.4). */
  singleKeys: boolean;
  /** The part of the run on the time axis. */
  axis: AxisView;
  /** Blocks whose tokens fit legibly on the axis. */
  axisRoom: number;
  setTheme(theme: ThemeName | null): void;
  setHelpOpen(open: boolean): void;
  setSingleKeys(on: boolean): void;
  setAxisRoom(blocks: number): void;
  /** Brings the view up to date with run and cursor; called once a frame. */
  settleAxis(): void;
  /** Zooms in (`factor` above 1) or out around block `anchor`; around the cursor, if it is in view, when left out. */
  zoomAxis(factor: number, anchor?: number): void;
  panAxis(blocks: number): void;
  resizeAxis(edge: 'start' | 'end', at: number): void;
  /** The newest blocks up to the cursor, the whole run, or the cursor at the zoom in force. */
  showOnAxis(what: 'recent' | 'whole' | 'cursor'): void;
  /** The part of the run that was once in view. */
  placeAxis(place: Pick<AxisView, 'zoom' | 'from' | 'span'>): void;
}

export const viewSlice: Slice<ViewSlice> = (set) => {
  const change = (view: (state: AppState) => AxisView) =>
    set((state) => {
      const axis = view(state);
      return axis === state.axis ? state : { axis };
    });
  const bounds = (state: AppState) => axisBounds(state, state.axisRoom);
  return {
    theme: null,
    helpOpen: false,
    singleKeys: true,
    axis: FIRST_VIEW,
    axisRoom: FIRST_VIEW.span,
    setTheme: (theme) => set({ theme }),
    setHelpOpen: (helpOpen) => set({ helpOpen }),
    setSingleKeys: (singleKeys) => set({ singleKeys }),
    setAxisRoom: (axisRoom) => set((state) => (state.axisRoom === axisRoom ? state : { axisRoom })),
    settleAxis: () => change((state) => settleView(state.axis, bounds(state))),
    zoomAxis: (factor, anchor) =>
      change((state) =>
        zoomView(state.axis, bounds(state), factor, anchor ?? centreOf(state.axis, bounds(state))),
      ),
    panAxis: (blocks) => change((state) => panView(state.axis, bounds(state), blocks)),
    resizeAxis: (edge, at) => change((state) => resizeView(state.axis, bounds(state), edge, at)),
    showOnAxis: (what) =>
      change((state) => {
        const { axis } = state;
        const zoom = what === 'cursor' ? axis.zoom : what;
        const from = what === 'recent' ? Math.round(axis.from) : axis.from;
        return frameView({ ...axis, zoom, from, following: true }, bounds(state));
      }),
    placeAxis: (place) => change((state) => placeView(place, bounds(state))),
  };
};

/** What keys and buttons zoom around: the cursor if it is in view, else the middle. */
function centreOf(axis: AxisView, { token }: AxisBounds): number {
  const inView = token !== null && token >= axis.from && token <= axis.from + axis.span;
  return inView ? token : axis.from + axis.span / 2;
}
