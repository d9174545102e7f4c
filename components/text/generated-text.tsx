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
import { TextWindow } from './text-window';

/** Height of a line of blocks with its gap, `--row` of the style sheet: the text scrolls by whole lines. */
const ROW_HEIGHT = 30;

/** Blocks that are rendered together. */
const STRETCH = 16;

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
  const { store, frames } = usePage();
  const hovered = useApp((state) => state.hovered);
  const query = useApp((state) => state.cell?.query ?? null);
  const branch = useBranch();
  const box = useRef<HTMLDivElement>(null);
  const at = useRef(-1);
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;
  const { version } = trace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace is one object that grows
  const stretches = useMemo(() => stretchesOf(partsOf(trace)), [trace, version]);

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
    at.current = cursor;
    // In the next frame, which finds the text laid out: measured here, it would have to be laid out twice.
    return frames.once(() => {
      if (box.current) scrollTo(box.current, cursor, blockLength);
    });
  }, [frames, cursor, blockLength]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let undo = () => {};
    // A box of another width breaks its lines elsewhere, and the token at the cursor may have left it.
    const sizes = new ResizeObserver(() => {
      undo();
      undo = frames.once(() => scrollTo(element, at.current, blockLength));
    });
    sizes.observe(element);
    return () => {
      undo();
      sizes.disconnect();
    };
  }, [frames, blockLength]);

  return (
    <TextWindow box={box} grown={version}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of tokens, not of form fields */}
      <div
        ref={box}
        className={styles.blocks}
        role="group"
        aria-label="Text in its blocks"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys
        tabIndex={0}
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
      </div>
    </TextWindow>
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

/** Brings the token at the cursor into view, by whole lines. */
function scrollTo(element: HTMLElement, cursor: number, blockLength: number): void {
  const block = element.children[Math.floor(cursor / blockLength)];
  const now = block?.querySelector<HTMLElement>(`[data-token="${cursor}"]`);
  if (!now) return;
  const top = now.offsetTop;
  const bottom = top + now.offsetHeight;
  if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
    element.scrollTop = Math.ceil((bottom - element.clientHeight) / ROW_HEIGHT) * ROW_HEIGHT;
}

function inBlock(slot: number, blockLength: number): boolean {
  return slot >= 0 && slot < blockLength;
}

/** A block: its first token, and its ids and their kinds joined by spaces. */
interface Part {
  from: number;
  ids: string;
  kinds: string;
}

function partsOf(trace: Trace): Part[] {
  const { blockLength } = trace.dims;
  return Array.from({ length: trace.blocks }, (_, block) => {
    const from = block * blockLength;
    const ids = trace.tokens.subarray(from, from + blockLength);
    const kinds = Array.from(ids, (_, slot) => kindOf(from + slot, trace)).join(' ');
    return { from, ids: ids.join(' '), kinds };
  });
}

function stretchesOf(parts: Part[]): Part[][] {
  return Array.from({ length: Math.ceil(parts.length / STRETCH) }, (_, i) =>
    parts.slice(i * STRETCH, (i + 1) * STRETCH),
  );
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
