'use client';

import { memo, useCallback, useMemo } from 'react';
import { padsOf, promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import type { EngineInfo } from '@/lib/engine/types';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { PlainText } from '../text/plain-text';
import { ScrollingTokens } from '../text/scrolling-tokens';
import { type Part, stretchesOf } from '../text/stretches';
import text from '../text/text.module.css';
import { TextBlock } from '../text/text-block';
import styles from './compare.module.css';
import { useCompare, useCompareMoment, useCompareState, useCompareView } from './compare-context';

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
          <PlainText trace={trace} length={trace.generated.length} tokenizer={info.tokenizer} />
          <Tokens trace={trace} info={info} />
        </>
      ) : (
        !failed && <p className={styles.empty}>Its text will stand here.</p>
      )}
    </section>
  );
}

function Tokens({ trace, info }: { trace: LaneTrace; info: EngineInfo }) {
  const { store, view } = useCompare();
  const moment = useCompareMoment();
  const pointed = useCompareView((state) => state.pointed);
  const { blockLength } = trace.dims;
  const cursor = moment.cursor ?? -1;
  const { version } = trace;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the trace is one object that grows
  const stretches = useMemo(
    () => stretchesOf(trace, padsOf(trace), (place) => kindOf(place, trace)),
    [trace, version],
  );
  const at = Math.min(cursor, textTokensOf(trace) - 1);
  const point = useCallback(
    (token: number | null) => view.getState().point(token !== null && token < 0 ? null : token),
    [view],
  );

  return (
    <ScrollingTokens
      label="Text, token by token"
      grown={version}
      token={at}
      child={Math.floor((at + padsOf(trace)) / blockLength)}
      player={store}
      onPoint={point}
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
    </ScrollingTokens>
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

/** What the token at a place of the padded sequence is. */
function kindOf(place: number, trace: LaneTrace): string {
  const token = place - padsOf(trace);
  if (token < 0) return 'pad';
  if (place >= trace.textLength) return 'discarded';
  return token < promptTokensOf(trace) ? 'prompt' : 'written';
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
