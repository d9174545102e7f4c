import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Commands } from '@/lib/commands/commands';
import { applyView } from '@/lib/share/view';
import { DEFAULT_PACE, type Pace } from '@/lib/store/playback';
import type { AppState, AppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import type { Chapter, ChapterView } from './chapter';
import { Facts } from './facts';
import type { Part } from './parts';
import { keepProgress, readProgress, type Store } from './progress';
import { viewOf } from './view';

/** Where a reader is in the lesson. */
export interface LessonState {
  /** Index of the open chapter. */
  chapter: number;
  /** Ids of the chapters whose task was done, here or on an earlier visit. */
  done: readonly string[];
  /** What was found in this visit, by chapter. */
  found: Readonly<Record<string, string>>;
  /** The answers given in this visit, by chapter: index of the answer. */
  answers: Readonly<Record<string, number>>;
  /** A run is being written for the lesson: the chapter's view comes when it is there. */
  writing: boolean;
  /** The part of the picture that a word under the pointer or the focus stands for. */
  lit: Part | null;
  /** The parts under the pointer or the focus; their words are lit. */
  pointed: readonly Part[];
}

/**
 * The lesson on one page of the instrument. It sets the page's view by the actions that a reader has, watches the state for
 * what the chapter asks to be done, and remembers how far the reader came. Nothing keeps the reader from going elsewhere.
 */
export class Lesson {
  readonly store: StoreApi<LessonState>;
  private readonly unsubscribe: () => void;
  /** The last facts made, for as long as they are of the run on the screen. */
  private known: Facts | null = null;
  /** Where the open chapter began on the run on the screen: what is done is done from there. */
  private start: { trace: Trace; view: ChapterView } | null = null;
  /** The run that was on the screen when another one was asked for, the pace to come back to, and whether it is on its way. */
  private awaited: { before: Trace | null; pace: Pace; begun: boolean } | null = null;
  /** A first run was asked for, for want of a recorded one. */
  private asked = false;
  /** The lesson itself changes the state: what passes on the way is not the reader's doing. */
  private setting = false;

  constructor(
    private readonly app: AppStore,
    private readonly commands: Pick<Commands, 'generate'>,
    readonly chapters: readonly Chapter[],
    private readonly storage: Store | null,
    /** Id of the chapter to open, as the address has it; null or unknown: where the reader was. */
    asked: string | null = null,
  ) {
    const ids = chapters.map(({ id }) => id);
    const kept = readProgress(storage, ids);
    const chapter = ids.indexOf(asked ?? '');
    this.store = createStore<LessonState>()(() => ({
      chapter: chapter >= 0 ? chapter : Math.max(0, ids.indexOf(kept.chapter ?? '')),
      done: kept.done,
      found: {},
      answers: {},
      writing: false,
      lit: null,
      pointed: [],
    }));
    this.unsubscribe = app.subscribe((state, before) => this.follow(state, before));
    if (app.getState().trace) this.showView();
  }

  /** The chapter that is open. */
  get chapter(): Chapter {
    const chapter = this.chapters[this.store.getState().chapter];
    if (!chapter) throw new Error('the lesson has no chapters');
    return chapter;
  }

  /** Facts of the run on the screen; null without one. */
  facts({ trace, writer }: Pick<AppState, 'trace' | 'writer'> = this.app.getState()): Facts | null {
    if (!trace) return null;
    if (this.known?.trace !== trace) this.known = new Facts(trace, writer);
    return this.known;
  }

  /** Opens a chapter by its index, if there is one, and sets its view. */
  go(index: number): void {
    const chapter = this.chapters[index];
    if (!chapter) return;
    this.store.setState({ chapter: index, lit: null });
    keepProgress(this.storage, { chapter: chapter.id, done: this.store.getState().done });
    this.showView();
  }

  /** Sets the open chapter's view, on the run on the screen. Until a run asked for here is written, it waits for that. */
  showView(): void {
    const facts = this.facts();
    if (!facts || this.awaited) return;
    const view = viewOf(this.chapter, facts);
    this.start = { trace: facts.trace, view };
    this.set(() => {
      this.app.getState().setPace(this.chapter.pace ?? DEFAULT_PACE);
      applyView(this.app, view);
    });
  }

  /** Has the model of this page write a run, at once, and shows the chapter on that. */
  write(): void {
    if (this.awaited) return;
    const { trace, pace, setPace, openStation } = this.app.getState();
    this.set(() => {
      openStation(null);
      setPace('max');
    });
    this.awaited = { before: trace, pace, begun: false };
    this.store.setState({ writing: true });
    this.commands.generate.run();
  }

  /** Notes the reader's answer to the open chapter's question. */
  answer(index: number): void {
    const { id } = this.chapter;
    this.store.setState(({ answers }) => ({ answers: { ...answers, [id]: index } }));
  }

  /** Lights the part of a word. */
  light(lit: Part | null): void {
    if (this.store.getState().lit !== lit) this.store.setState({ lit });
  }

  /** Lights the words of these parts. */
  point(pointed: readonly Part[]): void {
    if (this.store.getState().pointed.join() !== pointed.join()) this.store.setState({ pointed });
  }

  /** Forgets what was done. */
  forget(): void {
    this.store.setState({ done: [], found: {}, answers: {} });
    this.go(0);
  }

  dispose(): void {
    this.unsubscribe();
  }

  private set(change: () => void): void {
    this.setting = true;
    change();
    this.setting = false;
  }

  private follow(state: AppState, before: AppState): void {
    if (this.setting) return;
    if (this.awaited) this.await(state, this.awaited);
    else if (state.trace && !before.trace) this.showView();
    else if (!state.trace && state.status.state === 'ready' && !this.asked) {
      // Without a recorded run of its model the lesson has nothing to show: one is written as soon as that can be.
      this.asked = true;
      this.write();
    } else this.check(state);
  }

  /** Whether the run that was asked for is there, or will not come. */
  private await(state: AppState, awaited: NonNullable<Lesson['awaited']>): void {
    awaited.begun ||= state.running;
    if (!awaited.begun || state.running) return;
    this.awaited = null;
    this.store.setState({ writing: false });
    if (state.trace !== awaited.before) this.showView();
    else this.set(() => state.setPace(awaited.pace));
  }

  /** Notes that the open chapter's task is done. Only on a run that is complete: while one grows, much happens by itself. */
  private check(state: AppState): void {
    const { trace, cursor } = state;
    const facts = this.facts(state);
    const { chapter } = this;
    const { found, done } = this.store.getState();
    if (!facts || !trace?.end || cursor === null || found[chapter.id] !== undefined) return;
    // A run of the reader's own, which the chapter's view was not set on.
    if (this.start?.trace !== trace)
      this.start = { trace, view: { ...viewOf(chapter, facts), cursor } };
    if (!chapter.task.done(state, facts, this.start.view)) return;
    const now = done.includes(chapter.id) ? done : [...done, chapter.id];
    this.store.setState({
      done: now,
      found: { ...found, [chapter.id]: chapter.task.found(state, facts) },
    });
    keepProgress(this.storage, { chapter: chapter.id, done: now });
  }
}
