import { readRecordedRun } from '../loading/recorded-run';
import type { PageTools } from '../page-context';

/** Puts real numbers on the screen before the model is there, and loads it then; they play unless the reader wants no motion. */
export function beginRecorded({ session }: PageTools): void {
  void session.open(showRecordedRun(session));
}

/** Shows the recorded run of the model that the page asks for, if there is one; unless said, it plays as `beginRecorded` has it. */
export async function showRecordedRun(
  session: PageTools['session'],
  play = moves(),
): Promise<void> {
  const recorded = await readRecordedRun(session.model, document.baseURI);
  if (recorded) session.showRecorded(recorded.trace, recorded.writer, play);
}

function moves(): boolean {
  return !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
