'use client';

import { memo, useEffect, useMemo, useRef } from 'react';
import { tokenKind } from '@/lib/draw/token-strip';
import type { TokenRange } from '@/lib/store/selection-slice';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';
import type { Moment } from '../moment-feed';
import { useApp, useMoment, usePage } from '../page-context';
import { RunSide } from '../runs/run-side';
import { useBranch } from '../runs/use-branch';
import { EndNote } from './end-note';
import { Preview } from './preview';
import styles from './text.module.css';
import { TextBlock } from './text-block';

/** Height of a line of blocks with its gap: the text scrolls by whole lines. */
const ROW_HEIGHT = 30;

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
            <PlainText trace={trace} length={trace.generated.length} writer={writer} />
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

/** The text as a sentence, for readers who listen; decoded anew when it has grown, not when the cursor moves. */
const PlainText = memo(function PlainText({
  trace,
  length,
  writer,
}: {
  trace: Trace;
  /** Tokens written so far. */
  length: number;
  writer: Writer | null;
}) {
  if (!writer) return null;
  return (
    <p className="visually-hidden">
      {trace.header.prompt}
      {writer.tokenizer.decode(trace.generated.subarray(0, length))}
    </p>
  );
});

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
  const box = useRef<HTMLDivElement>(null);
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;
  const { version } = trace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace is one object that grows
  const parts = useMemo(() => partsOf(trace), [trace, version]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // Clicks are a shortcut for the pointer; the slider "Timeline" does the same by keyboard.
    const click = (event: MouseEvent) => {
      const token = (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset.token;
      if (token === undefined) return;
      store.getState().setPlaying(false);
      store.getState().seek(Number(token));
    };
    const over = (event: PointerEvent) => {
      const token = (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset.token;
      const from = Number(token);
      store.getState().hover(token === undefined ? null : { from, to: from + 1 });
    };
    const leave = () => store.getState().hover(null);
    element.addEventListener('click', click);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('click', click);
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', leave);
    };
  }, [store]);

  useEffect(() => {
    const element = box.current;
    const now = element?.querySelector<HTMLElement>(`[data-token="${cursor}"]`);
    if (!element || !now) return;
    const top = now.offsetTop;
    const bottom = top + now.offsetHeight;
    if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = Math.ceil((bottom - element.clientHeight) / ROW_HEIGHT) * ROW_HEIGHT;
  }, [cursor]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of tokens, not of form fields
    <div
      ref={box}
      className={styles.blocks}
      role="group"
      aria-label="Text in its blocks"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys
      tabIndex={0}
    >
      {parts.map(({ from, ids, kinds }) => {
        return (
          <TextBlock
            // Blocks never move, so the place is the identity.
            key={from}
            from={from}
            ids={ids}
            kinds={kinds}
            now={inBlock(cursor - from, blockLength) ? cursor - from : -1}
            later={cursor < from}
            lit={litIn(from, from + blockLength, [hovered, query])}
            branchSlot={branch && inBlock(branch.at - from, blockLength) ? branch.at - from : -1}
            branchText={branch?.text}
            writer={writer}
          />
        );
      })}
      <EndNote trace={trace} />
    </div>
  );
}

function inBlock(slot: number, blockLength: number): boolean {
  return slot >= 0 && slot < blockLength;
}

/** Of each block: its first token, and its ids and their kinds joined by spaces. */
function partsOf(trace: Trace): { from: number; ids: string; kinds: string }[] {
  const { blockLength } = trace.dims;
  return Array.from({ length: trace.blocks }, (_, block) => {
    const from = block * blockLength;
    const ids = trace.tokens.subarray(from, from + blockLength);
    const kinds = Array.from(ids, (_, slot) => kindOf(from + slot, trace)).join(' ');
    return { from, ids: ids.join(' '), kinds };
  });
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
