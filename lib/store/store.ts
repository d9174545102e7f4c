import { createStore, type StateCreator, type StoreApi } from 'zustand/vanilla';
import { type BookmarksSlice, bookmarksSlice } from './bookmarks-slice';
import { type EngineSlice, engineSlice } from './engine-slice';
import { type FileSlice, fileSlice } from './file-slice';
import { type PlaybackSlice, playbackSlice } from './playback-slice';
import { type PresentSlice, presentSlice } from './present-slice';
import { type RequestSlice, requestSlice } from './request-slice';
import { type RunsSlice, runsSlice } from './runs-slice';
import { type SelectionSlice, selectionSlice } from './selection-slice';
import { type ShareSlice, shareSlice } from './share-slice';
import { type StationSlice, stationSlice } from './station-slice';
import { type ViewSlice, viewSlice } from './view-slice';

/** Everything the page knows, step data excepted: that lives in the trace's typed arrays. */
export type AppState = RequestSlice &
  EngineSlice &
  FileSlice &
  PlaybackSlice &
  RunsSlice &
  SelectionSlice &
  ShareSlice &
  StationSlice &
  BookmarksSlice &
  PresentSlice &
  ViewSlice;
export type AppStore = StoreApi<AppState>;
/** One part of the state; it may read and set all of it. */
export type Slice<T> = StateCreator<AppState, [], [], T>;

/** A fresh store; a page has one, each test its own. */
export function createAppStore(): AppStore {
  return createStore<AppState>()((...tools) => ({
    ...requestSlice(...tools),
    ...engineSlice(...tools),
    ...fileSlice(...tools),
    ...playbackSlice(...tools),
    ...runsSlice(...tools),
    ...selectionSlice(...tools),
    ...shareSlice(...tools),
    ...stationSlice(...tools),
    ...bookmarksSlice(...tools),
    ...presentSlice(tools[0]),
    ...viewSlice(...tools),
  }));
}
