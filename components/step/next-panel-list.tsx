'use client';

import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { branchObstacle } from '@/lib/commands/branching';
import type { Bar, NextToken, Rest } from '@/lib/draw/next-token';
import { idLabel } from '../labels';
import { useApp, usePage } from '../page-context';
import styles from './next-panel.module.css';
import { type KeptFocus, useKeptFocus } from './next-panel-focus';

interface NextListProps {
  /** The token whose distribution this is. */
  at: number;
  token: NextToken;
  /** What the cut did, or null without one. */
  cut: string | null;
  scrolls: boolean;
  kept: RefObject<KeptFocus>;
  /** For keys that mean nothing to the list. */
  onKeyDown(event: KeyboardEvent): void;
}

/** What a press on a bar would do. */
interface Choice {
  at: number;
  id: number;
}

/**
 * The bars, the line of the cut between what was kept and what was dropped, and all the rest. Each word can be clicked to go
 * on with it; arrow keys move between them.
 */
export function NextList({ at, token, cut, scrolls, kept: place, onKeyDown }: NextListProps) {
  const { session, store } = usePage();
  const padId = useApp((state) => state.trace?.header.model.padId);
  const obstacle = useApp(branchObstacle);
  const [focus, setFocus] = useState(() => place.current.index);
  const list = useRef<HTMLOListElement>(null);
  const current = Math.min(focus, token.bars.length - 1);
  useKeptFocus(place, list, (element) => element.querySelectorAll<HTMLElement>('button')[current]);
  // A playing run changes the words under the pointer: what counts is the word that was pressed.
  const pressed = useRef<Choice | null>(null);
  const kept = token.bars.filter((bar) => !bar.dropped);
  const dropped = token.bars.filter((bar) => bar.dropped);

  const key = (event: KeyboardEvent) => {
    const last = token.bars.length - 1;
    const next = {
      ArrowDown: Math.min(last, current + 1),
      ArrowUp: Math.max(0, current - 1),
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined || event.shiftKey || event.ctrlKey || event.metaKey) {
      onKeyDown(event);
      return;
    }
    event.preventDefault();
    setFocus(next);
    list.current?.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  const row = (bar: Bar, index: number) => (
    // A bar's place stays while the words in it change, and so does the focus.
    <li key={index}>
      <BarButton
        bar={bar}
        tabbable={index === current}
        inert={obstacle !== null || bar.picked || bar.id === padId}
        hint={obstacle}
        onPress={() => {
          pressed.current = { at, id: bar.id };
          store.getState().setPlaying(false);
        }}
        onFocus={() => {
          place.current.index = index;
          setFocus(index);
        }}
        onChoose={() => {
          const choice = pressed.current ?? { at, id: bar.id };
          pressed.current = null;
          void session.branch(choice.at, choice.id);
        }}
      />
    </li>
  );
  const all = { ...token.droppedRest };
  if (cut === null) {
    all.count += token.keptRest.count;
    all.probability += token.keptRest.probability;
  }
  return (
    <ol ref={list} className={styles.bars} data-scrolls={scrolls || undefined} onKeyDown={key}>
      {[
        ...kept.map((bar, i) => row(bar, i)),
        // Named by their place: what stands between the bars comes anew, and no bar moves and loses the focus.
        cut !== null && token.keptRest.count > 0 && (
          <RestRow
            key={`more-${kept.length}`}
            name={`${token.keptRest.count.toLocaleString('en')} more kept`}
            rest={token.keptRest}
          />
        ),
        cut !== null && (
          <li key={`cut-${kept.length}`} className={styles.cut}>
            {cut}
          </li>
        ),
        ...dropped.map((bar, i) => row(bar, kept.length + i)),
        <RestRow
          key="all"
          name={`all the rest (${all.count.toLocaleString('en')})`}
          rest={all}
          last
        />,
      ]}
    </ol>
  );
}

interface BarButtonProps {
  bar: Bar;
  tabbable: boolean;
  /** It cannot be chosen: it is what stands there, or never can, or nothing can. */
  inert: boolean;
  hint: string | null;
  onPress(): void;
  onFocus(): void;
  onChoose(): void;
}

function BarButton({ bar, tabbable, inert, hint, onPress, onFocus, onChoose }: BarButtonProps) {
  const writer = useApp((state) => state.writer);
  const label = idLabel(writer, bar.id);
  return (
    <button
      type="button"
      className={styles.row}
      tabIndex={tabbable ? 0 : -1}
      data-picked={bar.picked || undefined}
      data-dropped={bar.dropped || undefined}
      aria-disabled={inert}
      title={inert ? (hint ?? undefined) : `Go on with “${label}” instead`}
      onPointerDown={inert ? undefined : onPress}
      onFocus={onFocus}
      onClick={inert ? undefined : onChoose}
    >
      <Fill share={bar.probability} />
      <span className={styles.name}>{label}</span>
      <span className={styles.percent}>{percent(bar.probability)}</span>
      <span className="visually-hidden">
        {bar.picked && ', picked'}
        {bar.banned ? ', never drawn' : bar.dropped && ', dropped by the cut'}
      </span>
    </button>
  );
}

function RestRow({ name, rest, last = false }: { name: string; rest: Rest; last?: boolean }) {
  return (
    <li className={styles.row} data-rest={last ? 'all' : 'kept'}>
      <Fill share={rest.probability} />
      <span className={styles.name}>{name}</span>
      <span className={styles.percent}>{percent(rest.probability)}</span>
    </li>
  );
}

/** A bar of length `share` on a track of length 1. */
function Fill({ share }: { share: number }) {
  return (
    <svg
      className={styles.track}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width={share * 100} height="10" />
    </svg>
  );
}

function percent(probability: number): string {
  const value = probability * 100;
  return value > 0 && value < 0.1 ? '<0.1 %' : `${value.toFixed(1)} %`;
}
