import { layoutPrompt } from '@/lib/model/layout';
import type { Tokenizer } from '@/lib/model/tokenizer';
import type { AppState } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import { LinkError, type SharedRun } from './link';
import { textSum } from './text-sum';
import { readView } from './view';

/**
 * The run on the screen, as far as it is written, and the view of it, as a link holds them.
 *
 * @throws LinkError in one sentence when there is none, or when its prompt does not come back from its text.
 */
export function sharedRun(state: AppState): SharedRun {
  const { trace, writer, maxTokens } = state;
  if (!trace || !writer) throw new LinkError('There is no run to link to: generate first.');
  const { tokenizer } = writer;
  const { header, generated } = trace;
  if (!comesBack(trace, tokenizer)) {
    throw new LinkError(
      'The prompt of this run does not come back from its text, so no link can hold it: save the run as a file.',
    );
  }
  const first = trace.textLength - generated.length;
  const places = Array.from(generated, (_, i) => i);
  return {
    model: header.model.id,
    weights: header.model.weightsSha256,
    prompt: header.prompt,
    sampling: header.sampling,
    maxTokens,
    tokens: generated.slice(),
    chosen: places.filter((i) => trace.isForced(first + i)),
    branch: header.branch,
    textSum: textSum(tokenizer, generated),
    view: readView(state),
  };
}

/** Whether the prompt's text gives its tokens again: who opens a link has but the text. */
function comesBack(trace: Trace, tokenizer: Tokenizer): boolean {
  const { header, dims, promptBlocks } = trace;
  const ids = tokenizer.encode(header.prompt);
  if (ids.length === 0 || ids.length > dims.contextLength) return false;
  const { tokens } = layoutPrompt(ids, dims, header.model.padId);
  const prompt = trace.tokens.subarray(0, promptBlocks * dims.blockLength);
  return tokens.length === prompt.length && tokens.every((id, i) => id === prompt[i]);
}
