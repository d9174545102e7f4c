'use client';

import { memo, useCallback, useMemo } from 'react';
import { tokenKind } from '@/lib/draw/token-strip';
import type { TokenRange } from '@/lib/store/selection-slice';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';
import type { Moment } from '../moment-feed';
import { useApp, useMoment, usePage } from '../page-context';
import { RunSide } from '../runs/run-side';
import { useBranch } from '../runs/use-branch';
import { EndNote } from './end-note';
import { PlainText } from './plain-text';
import { Preview } from './preview';
import { ScrollingTokens } from './scrolling-tokens';
import { type Part, stretchesOf } from './stretches';
import styles from './text.module.css';
import { TextBlock } from './text-block';

/** Prompt and text in their blocks; a token can be clicked to put the cursor on it. */
export function GeneratedText() {
  const moment = useMoment();
  const writer = useApp((state) => state.writer);
  const { trace } = moment;
  return (
    <section className={styles.region} aria-label="Generated text">
      <div className={styles.body}>
        {trace ? (
          <>
            {writer && (
              <PlainText
                trace={trace}
                length={trace.generated.length}
                tokenizer={writer.tokenizer}
              />
            )}
            <Blocks trace={trace} writer={writer} moment={moment} />
          </>
        ) : (
          <Preview />
        )}
      </div>
      {trace && <RunSide trace={trace} />}
    </section>
  );
}

function Blocks({
  trace,
  writer,
  moment,
}: {
  trace: Trace;
  writer: Writer | null;
  moment: Moment;
}) {
  const { store } = usePage();
  const hovered = useApp((state) => state.hovered);
  const query = useApp((state) => state.cell?.query ?? null);
  const branch = useBranch();
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;
  const { version } = trace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace is one object that grows
  const stretches = useMemo(
    () => stretchesOf(trace, 0, (token) => kindOf(token, trace)),
    [trace, version],
  );
  const point = useCallback(
    (token: number | null) =>
      store.getState().hover(token === null ? null : { from: token, to: token + 1 }),
    [store],
  );

  return (
    <ScrollingTokens
      label="Text in its blocks"
      grown={version}
      token={cursor}
      child={Math.floor(cursor / blockLength)}
      player={store}
      onPoint={point}
    >
      {stretches.map((parts) => {
        const from = parts[0]?.from ?? 0;
        const to = from + parts.length * blockLength;
        const branching = branch && branch.at >= from && branch.at < to ? branch : null;
        return (
          <Stretch
            key={from}
            parts={parts}
            blockLength={blockLength}
            cursor={Math.min(Math.max(cursor, from - 1), to)}
            lit={litIn(from, to, [hovered, query])}
            branchAt={branching?.at ?? -1}
            branchText={branching?.text}
            writer={writer}
          />
        );
      })}
      <EndNote trace={trace} />
    </ScrollingTokens>
  );
}

interface StretchProps {
  parts: Part[];
  blockLength: number;
  /** The token at the cursor, or where outside the stretch it is: just before or just after. */
  cursor: number;
  /** Lit ranges that reach into the stretch: see `litIn`. */
  lit: string;
  branchAt: number;
  branchText: string | undefined;
  writer: Writer | null;
}

/** Some blocks in a row: a cursor that moves elsewhere leaves them alone. */
const Stretch = memo(function Stretch({
  parts,
  blockLength,
  cursor,
  lit,
  branchAt,
  branchText,
  writer,
}: StretchProps) {
  const ranges = rangesOf(lit);
  return parts.map(({ from, ids, kinds }) => (
    <TextBlock
      // Blocks never move, so the place is the identity.
      key={from}
      from={from}
      ids={ids}
      kinds={kinds}
      now={inBlock(cursor - from, blockLength) ? cursor - from : -1}
      later={cursor < from}
      lit={litIn(from, from + blockLength, ranges)}
      branchSlot={inBlock(branchAt - from, blockLength) ? branchAt - from : -1}
      branchText={branchText}
      writer={writer}
    />
  ));
});

function inBlock(slot: number, blockLength: number): boolean {
  return slot >= 0 && slot < blockLength;
}

/** What a token is, and whether the reader chose it. */
function kindOf(token: number, trace: Trace): string {
  const kind = tokenKind(token, trace, trace.dims.blockLength);
  return kind === 'written' && trace.isForced(token) ? 'forced' : kind;
}

/** The ranges that reach into tokens `from` … `to − 1`, as their bounds joined by spaces. */
function litIn(from: number, to: number, ranges: (TokenRange | null)[]): string {
  return ranges
    .filter((range) => range !== null && range.from < to && range.to > from)
    .map((range) => `${range?.from} ${range?.to}`)
    .join(' ');
}

/** The ranges that `litIn` has joined. */
function rangesOf(lit: string): TokenRange[] {
  const bounds = lit === '' ? [] : lit.split(' ').map(Number);
  return bounds.flatMap((from, i) => (i % 2 === 0 ? [{ from, to: bounds[i + 1] ?? from }] : []));
}
