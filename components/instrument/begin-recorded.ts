import { readRecordedRun } from '../loading/recorded-run';
import type { PageTools } from '../page-context';

/** Puts real numbers on the screen before the model is there, and loads it then; they play unless the reader wants no motion. */
export function beginRecorded({ session }: PageTools): void {
  void session.open(showRecordedRun(session));
}

/** Shows the recorded run of the model that the page asks for, if there is one. */
export async function showRecordedRun(session: PageTools['session']): Promise<void> {
  const recorded = await readRecordedRun(session.model, document.baseURI);
  if (!recorded) return;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  session.showRecorded(recorded.trace, recorded.writer, !still);
}
