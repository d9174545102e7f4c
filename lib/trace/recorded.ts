import { readShippedTrace } from './file-contents';
import { TraceFileError } from './file-layout';
import { plainBytes } from './packed-file';
import type { Trace } from './trace';

/** Where the recorded run of a shipped model lies, from the app's root. `npm run record` makes it. */
export function recordedPath(model: string): string {
  return `recorded/${model}.trace.gz`;
}

/**
 * Fetches a recorded run: a trace file, packed with gzip.
 *
 * @throws TraceFileError in one sentence, when it cannot be had or is damaged.
 */
export async function fetchRecorded(url: string | URL): Promise<Trace> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new TraceFileError('The recorded run could not be fetched.', { cause });
  });
  if (!response.ok) {
    throw new TraceFileError(
      `The recorded run is missing: the server answered ${response.status}.`,
    );
  }
  const body = await response.arrayBuffer().catch((cause: unknown) => {
    throw new TraceFileError('The connection broke while reading the recorded run.', { cause });
  });
  return readShippedTrace(await plainBytes(new Uint8Array(body), 'The recorded run'));
}
