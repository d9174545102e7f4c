'use client';

import { memo, useEffect, useMemo, useRef } from 'react';
import { padsOf, promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import type { EngineInfo } from '@/lib/engine/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import text from '../text/text.module.css';
import { TextBlock } from '../text/text-block';
import { TextWindow } from '../text/text-window';
import styles from './compare.module.css';
import { useCompare, useCompareMoment, useCompareState, useCompareView } from './compare-context';

/** Height of a line of text with its gap: the text scrolls by whole lines. */
const ROW_HEIGHT = 30;
/** Blocks that are rendered together. */
const STRETCH = 16;

interface LaneTextProps {
  lane: LaneId;
  trace: LaneTrace | null;
}

/** Prompt and text of a lane, in its blocks if it has any; a token can be clicked to put the cursor on it. */
export function LaneText({ lane, trace }: LaneTextProps) {
  const info = useCompareState((state) => state.lanes[lane].info);
  const failed = useCompareState((state) => state.lanes[lane].status.state === 'failed');
  return (
    <section
      className={styles.text}
      aria-label={`Text, ${lane} lane`}
      data-flat={trace instanceof FlatTrace || undefined}
    >
      {trace && info ? (
        <>
          <PlainText trace={trace} length={trace.generated.length} info={info} />
          <Tokens trace={trace} info={info} />
        </>
      ) : (
        !failed && <p className={styles.empty}>Its text will stand here.</p>
      )}
    </section>
  );
}

/** The text as a sentence, for readers who listen. */
const PlainText = memo(function PlainText({
  trace,
  length,
  info,
}: {
  trace: LaneTrace;
  length: number;
  info: EngineInfo;
}) {
  return (
    <p className="visually-hidden">
      {trace.header.prompt}
      {info.tokenizer.decode(trace.generated.subarray(0, length))}
    </p>
  );
});

function Tokens({ trace, info }: { trace: LaneTrace; info: EngineInfo }) {
  const { store, view, frames } = useCompare();
  const moment = useCompareMoment();
  const pointed = useCompareView((state) => state.pointed);
  const box = useRef<HTMLDivElement>(null);
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;
  const { version } = trace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace is one object that grows
  const stretches = useMemo(() => stretchesOf(trace), [trace, version]);
  const at = Math.min(cursor, textTokensOf(trace) - 1);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const tokenOf = (event: Event): number | null => {
      const { token } =
        (event.target as Element).closest<HTMLElement>('[data-token]')?.dataset ?? {};
      return token === undefined || Number(token) < 0 ? null : Number(token);
    };
    // Clicks are a shortcut for the pointer; the slider "Timeline" does the same by keyboard.
    const click = (event: MouseEvent) => {
      const token = tokenOf(event);
      if (token === null) return;
      store.getState().setPlaying(false);
      store.getState().seek(token);
    };
    const over = (event: PointerEvent) => view.getState().point(tokenOf(event));
    const leave = () => view.getState().point(null);
    element.addEventListener('click', click);
    element.addEventListener('pointerover', over);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('click', click);
      element.removeEventListener('pointerover', over);
      element.removeEventListener('pointerleave', leave);
    };
  }, [store, view]);

  // In the next frame, which finds the text laid out: measured here, it would have to be laid out twice.
  useEffect(
    () =>
      frames.once(() => {
        if (box.current) scrollTo(box.current, at);
      }),
    [frames, at],
  );

  return (
    <TextWindow box={box} grown={version}>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of tokens, not of form fields */}
      <div
        ref={box}
        className={text.blocks}
        role="group"
        aria-label="Text, token by token"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by the arrow keys
        tabIndex={0}
      >
        {stretches.map((parts) => {
          const from = parts[0]?.from ?? 0;
          const to = from + parts.length * blockLength;
          return (
            <Stretch
              key={from}
              parts={parts}
              blockLength={blockLength}
              cursor={Math.min(Math.max(cursor, from - 1), to)}
              lit={pointed !== null && pointed >= from && pointed < to ? pointed : -1}
              info={info}
            />
          );
        })}
        <EndNote trace={trace} cursor={cursor} />
      </div>
    </TextWindow>
  );
}

interface StretchProps {
  parts: Part[];
  blockLength: number;
  /** The text token at the cursor, or where outside the stretch it is: just before or just after. */
  cursor: number;
  /** The text token under the pointer, or −1 outside the stretch. */
  lit: number;
  info: EngineInfo;
}

/** Some blocks in a row: a cursor that moves elsewhere leaves them alone. */
const Stretch = memo(function Stretch({ parts, blockLength, cursor, lit, info }: StretchProps) {
  return parts.map(({ from, ids, kinds }) => {
    const slot = cursor - from;
    const inBlock = lit >= from && lit < from + blockLength;
    return (
      <TextBlock
        key={from}
        from={from}
        ids={ids}
        kinds={kinds}
        now={slot >= 0 && slot < blockLength ? slot : -1}
        later={cursor < from}
        lit={inBlock ? `${lit} ${lit + 1}` : ''}
        writer={info}
      />
    );
  });
});

/** A block, or a token of a flat text: its first text token, its ids and their kinds joined by spaces. */
interface Part {
  from: number;
  ids: string;
  kinds: string;
}

function stretchesOf(trace: LaneTrace): Part[][] {
  const { blockLength } = trace.dims;
  const pads = padsOf(trace);
  const first = promptTokensOf(trace);
  const parts: Part[] = [];
  for (let start = 0; start < trace.length; start += blockLength) {
    const ids = trace.tokens.subarray(start, Math.min(trace.length, start + blockLength));
    const kinds = Array.from(ids, (_, slot) => {
      const token = start + slot - pads;
      if (token < 0) return 'pad';
      if (start + slot >= trace.textLength) return 'discarded';
      return token < first ? 'prompt' : 'written';
    });
    parts.push({ from: start - pads, ids: ids.join(' '), kinds: kinds.join(' ') });
  }
  return Array.from({ length: Math.ceil(parts.length / STRETCH) }, (_, i) =>
    parts.slice(i * STRETCH, (i + 1) * STRETCH),
  );
}

/** Why a text ends where it does. */
function EndNote({ trace, cursor }: { trace: LaneTrace; cursor: number }) {
  if (!trace.end) return null;
  const written = trace.generated.length;
  const tokens = `${written.toLocaleString('en')} ${written === 1 ? 'token' : 'tokens'} written`;
  const reasons = {
    length: `${tokens}.`,
    'end-of-text': `The model ended its text: ${tokens}.`,
    'context-full': `The context is full: ${tokens}.`,
    stopped: `Stopped: ${tokens}.`,
    failed: `The engine stopped: ${tokens}, which stay.`,
  };
  const beyond = cursor >= textTokensOf(trace) ? ' The cursor is in the other lane’s text.' : '';
  return (
    <p className={text.end}>
      {reasons[trace.end.reason]}
      {beyond}
    </p>
  );
}

/** Brings a text token into view, by whole lines. */
function scrollTo(element: HTMLElement, token: number): void {
  const now = element.querySelector<HTMLElement>(`[data-token="${token}"]`);
  if (!now) return;
  const top = now.offsetTop;
  const bottom = top + now.offsetHeight;
  if (top < element.scrollTop || bottom > element.scrollTop + element.clientHeight)
    element.scrollTop = Math.ceil((bottom - element.clientHeight) / ROW_HEIGHT) * ROW_HEIGHT;
}
