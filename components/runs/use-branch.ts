import { parentOf } from '@/lib/store/runs-slice';
import { idLabel } from '../labels';
import { useApp } from '../page-context';

/** Where the run on the screen left another one. */
export interface BranchMark {
  /** The forced token, in the padded sequence. */
  at: number;
  /** Label of the forced token; null while it is not written yet. */
  token: string | null;
  /** What the parent has there, and which run it is; null when the parent is not kept any more. */
  parent: { number: number; token: string } | null;
  /** All of it in a sentence. */
  text: string;
}

/** The branch on the screen, or null for a run of its own. */
export function useBranch(): BranchMark | null {
  const trace = useApp((state) => state.trace);
  const writer = useApp((state) => state.writer);
  const runs = useApp((state) => state.runs);
  if (!trace?.header.branch) return null;
  const { at } = trace.header.branch;
  const kept = parentOf(runs, trace);
  const token = at < trace.length ? idLabel(writer, trace.tokens[at] ?? 0) : null;
  const parent = kept && {
    number: kept.number,
    token: idLabel(kept.writer, kept.trace.tokens[at] ?? 0),
  };
  const had = parent ? `run ${parent.number} has “${parent.token}”` : 'the run it left is gone';
  return {
    at,
    token,
    parent,
    text: `Branch: from here on another text. You chose “${token ?? '…'}”; ${had}.`,
  };
}
