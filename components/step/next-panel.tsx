'use client';

import { ListPlus } from 'lucide-react';
import { type KeyboardEvent, type RefObject, use, useDeferredValue, useRef, useState } from 'react';
import { branchHint, branchObstacle } from '@/lib/commands/branching';
import { layoutNextToken, type NextToken } from '@/lib/draw/next-token';
import { placeOf } from '@/lib/model/layout';
import type { Sampling } from '@/lib/trace/types';
import { CommandButton } from '../command-button';
import { useApp, useMoment } from '../page-context';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import { InStationContext } from '../station/in-station';
import styles from './next-panel.module.css';
import { entryFilter } from './next-panel-entries';
import { type KeptFocus, useKeptFocus } from './next-panel-focus';
import { NextList } from './next-panel-list';
import { useSearchFocus } from './next-panel-search';
import { StationTitle } from './station-title';
import step from './step.module.css';

/** Bars at first sight, while the panel fills the screen, and on request. */
const FEW = 6;
const FULL = 10;
const MANY = 50;

/** What the token at the cursor was drawn from, and what else could stand there. */
export function NextPanel() {
  const { trace, cursor } = useMoment();
  const asked = useApp((state) => state.entriesOpen);
  // A station has room for them.
  const inside = use(InStationContext);
  const open = asked || inside;
  const full = useApp((state) => state.fullPanel === 'next');
  const writer = useApp((state) => state.writer);
  const [query, setQuery] = useState('');
  const searched = useDeferredValue(query);
  const search = useRef<HTMLInputElement>(null);
  const leaveSearch = useSearchFocus(search);
  const kept = useRef<KeptFocus>({ held: false, index: 0 });
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const logits = trace && place ? trace.logits(place.block, place.slot) : null;
  return (
    <Panel name="next" label="Next token" className={step.panel}>
      <div className={step.head}>
        <StationTitle station="next" className={step.title}>
          Next token
        </StationTitle>
        {logits && !inside && (
          <CommandButton id="entries" className={styles.more} pressed={open}>
            <ListPlus size={15} aria-hidden="true" />
          </CommandButton>
        )}
        <PanelActions panel="next" />
      </div>
      {trace && cursor !== null && logits ? (
        <Distribution
          at={cursor}
          sampling={trace.header.sampling}
          forced={trace.isForced(cursor)}
          query={open ? query : null}
          onQuery={setQuery}
          search={search}
          onEscape={asked && !inside ? leaveSearch : undefined}
          kept={kept}
          token={layoutNextToken({
            logits,
            pick: trace.tokens[cursor] ?? 0,
            sampling: trace.header.sampling,
            endId: trace.header.model.endId,
            padId: trace.header.model.padId,
            count: open ? MANY : full ? FULL : FEW,
            only: (open && entryFilter(writer, searched)) || undefined,
          })}
        />
      ) : (
        <>
          <p className={step.sub}>softmax over the whole vocabulary</p>
          <Empty kept={kept}>
            {trace
              ? 'A prompt token was given, not drawn.'
              : 'What the model could have written, and how likely.'}
          </Empty>
        </>
      )}
    </Panel>
  );
}

/** In place of the list; it holds the list's focus until the list is back. */
function Empty({ kept, children }: { kept: RefObject<KeptFocus>; children: string }) {
  const text = useRef<HTMLParagraphElement>(null);
  useKeptFocus(kept, text, (element) => element);
  return (
    <p ref={text} className={step.empty} tabIndex={-1}>
      {children}
    </p>
  );
}

interface DistributionProps {
  at: number;
  token: NextToken;
  sampling: Sampling;
  forced: boolean;
  /** What is searched for; null while only a few entries are listed. */
  query: string | null;
  onQuery(query: string): void;
  search: RefObject<HTMLInputElement | null>;
  /** Closes the field; absent where it cannot be closed. */
  onEscape: (() => void) | undefined;
  kept: RefObject<KeptFocus>;
}

function Distribution({
  at,
  token,
  sampling,
  forced,
  query,
  onQuery,
  search,
  onEscape,
  kept,
}: DistributionProps) {
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !onEscape) return;
    // The key is used up: it must not stop a run as well.
    event.preventDefault();
    onEscape();
  };
  return (
    <>
      <Subtitle temperature={sampling.temperature} vocabulary={token.vocabulary} />
      {query !== null && (
        <input
          ref={search}
          className={styles.search}
          type="search"
          aria-label="Find a word among all entries"
          placeholder="find a word"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={leave}
        />
      )}
      <NextList
        at={at}
        token={token}
        cut={cutText(sampling, token)}
        scrolls={query !== null}
        kept={kept}
        onKeyDown={leave}
      />
      <p className={styles.fact}>
        {forced && <b>forced, not drawn · </b>}
        surprise <b>{token.surpriseBits.toFixed(2)} bits</b> at T = 1
        {!forced && ` · ${ordinal(token.pickRank)}`}
      </p>
    </>
  );
}

/** That a word can be chosen, or why not; and what the shares are. */
function Subtitle({ temperature, vocabulary }: { temperature: number; vocabulary: number }) {
  const obstacle = useApp(branchObstacle);
  const hint = useApp(branchHint);
  const at = temperature === 0 ? 'T → 0' : `T = ${temperature}`;
  const divisor = temperature === 0 ? 'T → 0' : temperature;
  return (
    <p className={step.sub}>
      <span className={styles.hint} title={obstacle ?? undefined}>
        {hint}
      </span>
      <span
        title={`The softmax of the logits at ${at}, over all ${vocabulary.toLocaleString('en')} entries of the vocabulary, before any cut.`}
      >
        softmax(logits / {divisor}), uncut
      </span>
    </p>
  );
}

/** What the cut did, or null without one. */
function cutText({ temperature, topK, topP }: Sampling, token: NextToken): string | null {
  if (!token.cut) return null;
  if (temperature === 0) return 'greedy keeps the first';
  const cuts = [topK !== null && `top-k ${topK}`, topP < 1 && `top-p ${topP}`].filter(Boolean);
  return `${cuts.join(', ')}: ${token.kept.toLocaleString('en')} kept`;
}

/** A rank in words: `3rd likeliest`. */
function ordinal(rank: number): string {
  const place = rank + 1;
  const teens = place % 100 > 10 && place % 100 < 14;
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return place === 1 ? 'likeliest' : `${place.toLocaleString('en')}${ending} likeliest`;
}
