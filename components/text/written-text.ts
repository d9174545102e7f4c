import type { Trace } from '@/lib/trace/trace';

/** How many tokens follow the prompt, in words: `64 tokens written`; in a branch `51 tokens kept, 64 tokens written`. */
export function writtenText(trace: Trace): string {
  const first = trace.promptBlocks * trace.dims.blockLength;
  const { branch } = trace.header;
  // Until its word is there, a branch holds whole blocks of its parent only.
  const from = branch ? Math.min(branch.at, trace.textLength) : first;
  const written = `${counted(trace.textLength - from)} written`;
  return branch ? `${counted(from - first)} kept, ${written}` : written;
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'token' : 'tokens'}`;
}
