import type { Theme } from '@/lib/draw/theme';
import { readTheme } from './read-theme';
import { watchStageType } from './stage-type';

/** The colours and the type in force, read anew after they may have changed. */
export interface Colours {
  theme(): Theme;
  /** Another theme was chosen. */
  forget(): void;
  dispose(): void;
}

/** Reads the page's colours when they are first asked for; `changed` is called whenever they have to be read again. */
export function createColours(changed: () => void): Colours {
  let colours: Theme | null = null;
  const forget = () => {
    colours = null;
    changed();
  };
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', forget);
  const unwatch = watchStageType(forget);
  void document.fonts.ready.then(forget);
  return {
    theme: () => {
      colours ??= readTheme();
      return colours;
    },
    forget,
    dispose: () => {
      dark.removeEventListener('change', forget);
      unwatch();
    },
  };
}
