import { showRecordedRun } from '../instrument/begin-recorded';
import type { PageTools } from '../page-context';

/** Shows the recorded run at rest, for the open chapter to set its view on, and loads the model then. */
export function beginLesson({ session }: PageTools): void {
  void session.open(showRecordedRun(session, false));
}
