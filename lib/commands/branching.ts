import type { AppState } from '@/lib/store/store';

/**
 * Why the run on the screen cannot be left by choosing another word, in one sentence; null when it can. A branch takes over
 * the numbers of its parent, so they must have been measured here, by the weights that will go on.
 */
export function branchObstacle({ trace, info }: Pick<AppState, 'trace' | 'info'>): string | null {
  if (!trace) return 'There is no run yet: press Generate.';
  const { provenance, model } = trace.header;
  if (provenance !== 'measured') {
    return `This run is ${provenance}: press Generate to write one of your own, then choose other words in it.`;
  }
  if (info && info.manifest.weights.sha256 !== model.weightsSha256) {
    return `This run was written by another model (${model.id}) than the one that is loaded (${info.manifest.id}).`;
  }
  return null;
}

/** What the reader can do with the words that could have been written, or why nothing: `branchObstacle` in a few words. */
export function branchHint(state: Pick<AppState, 'trace' | 'info'>): string {
  if (branchObstacle(state) === null) return 'choose a word to go on with it';
  return state.trace?.header.provenance === 'measured'
    ? 'another model wrote this: Generate'
    : 'Generate to choose other words';
}
