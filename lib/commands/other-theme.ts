import type { ThemeName } from '@/lib/store/view-slice';

/** The theme that is not shown: `theme` is the reader's choice, null where the system's is shown. */
export function otherTheme(theme: ThemeName | null): ThemeName {
  const system = globalThis.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return (theme ?? system) === 'dark' ? 'light' : 'dark';
}
