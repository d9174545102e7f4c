import { type KeyPress, keyName } from './keys';

/** What the keys of a stage do. Where a page has nothing to go through, the keys for that keep their usual meaning. */
export type StageAction =
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'blank'
  | 'clock'
  | 'live'
  | 'leave';

/** What decides what a key means on a stage. */
export interface StageKeyboard {
  /** The page has views to go through. */
  hasViews: boolean;
  /** Shortcuts of one character are on. */
  singleKeys: boolean;
  /** The focus is in a field that is typed into: only Escape is the stage's. */
  typing: boolean;
  /** The focus, put there by a key, is on something that moves by arrow keys. The keys of a clicker stay the stage's. */
  moving: boolean;
}

/** A clicker sends these. */
const CLICKER: Readonly<Record<string, StageAction>> = { PageDown: 'next', PageUp: 'previous' };

const ARROWS: Readonly<Record<string, StageAction>> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  Home: 'first',
  End: 'last',
};

/** Some clickers send a period for a blank screen. */
const LETTERS: Readonly<Record<string, StageAction>> = {
  b: 'blank',
  '.': 'blank',
  '0': 'clock',
  g: 'live',
  p: 'leave',
};

/** What a key press does on a stage; null leaves it to the page. */
export function stageAction(press: KeyPress, keyboard: StageKeyboard): StageAction | null {
  const { hasViews, singleKeys, typing, moving } = keyboard;
  const name = keyName(press);
  if (name === 'Escape') return 'leave';
  if (typing) return null;
  const views = hasViews ? (CLICKER[name] ?? (moving ? undefined : ARROWS[name])) : undefined;
  return views ?? (singleKeys ? (LETTERS[name] ?? null) : null);
}

/** The keys of a stage for the list of shortcuts. */
export const STAGE_KEYS: readonly { id: StageAction; label: string; key: string }[] = [
  { id: 'next', label: 'Presenting: next bookmark', key: '→ or Page down' },
  { id: 'previous', label: 'Presenting: previous bookmark', key: '← or Page up' },
  { id: 'live', label: 'Presenting: go live', key: 'g' },
  { id: 'blank', label: 'Presenting: blank the screen', key: 'b' },
  { id: 'clock', label: 'Presenting: start the clock anew', key: '0' },
  { id: 'leave', label: 'Presenting: leave', key: 'Escape' },
];
