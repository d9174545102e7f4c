import type { CommandId } from '@/lib/commands/commands';
import type { ShownView } from '@/lib/share/view';
import type { AppState } from '@/lib/store/store';
import type { Facts } from './facts';

/** At most so many words in the text of a chapter, its limits included. */
export const CHAPTER_WORDS = 90;
/** At most so many in what there is to do, in a question with its answers, and in what is said after either. */
export const ASIDE_WORDS = 45;

/** Something to guess before it is told. */
export interface Question {
  ask: string;
  answers: readonly string[];
  /** Which answer is right. */
  right: number;
  /** What is told once the reader has answered. */
  reveal: string;
}

/** One thing to do on the picture. */
export interface Task {
  /** In the marks of `piecesOf`. */
  text(facts: Facts): string;
  /** Commands that help, as buttons beside the text. */
  commands: readonly CommandId[];
  /** Whether it is done. `start`: the view that the chapter began with. */
  done(state: AppState, facts: Facts, start: ChapterView): boolean;
  /** What the reader has found, with the numbers of the run. */
  found(state: AppState, facts: Facts): string;
}

/** What a chapter sets of the page's view; the cursor always. */
export type ChapterView = Partial<ShownView> & Pick<ShownView, 'cursor'>;

/** A chapter of the lesson: words, a view of the run on the screen, one thing to do, perhaps a question. */
export interface Chapter {
  /** Stands in the address and in what is remembered. */
  id: string;
  title: string;
  /** Paragraphs, in the marks of `piecesOf`. */
  text(facts: Facts): string[];
  /** What the view is, besides the usual. */
  view(facts: Facts): ChapterView;
  /** Tokens a second, where the usual pace is too fast to see what happens. */
  pace?: number;
  task: Task;
  /** Null where this run gives nothing to ask. */
  question?(facts: Facts): Question | null;
}
