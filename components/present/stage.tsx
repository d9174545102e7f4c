'use client';

import { type ReactNode, useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { StageAction } from '@/lib/commands/stage-keys';
import type { PresentStore } from '@/lib/store/present-slice';
import { latePart } from '../late/late';
import { type StageViews, stageStep, viewWords } from './stage-views';
import { useStageKeys } from './use-stage-keys';
import { useStageScreen } from './use-stage-screen';
import { useWakeLock } from './use-wake-lock';

const stageFrame = latePart(async () => (await import('./stage-frame')).StageFrame);

interface StageProps {
  store: PresentStore;
  /** Shortcuts of one character are on. */
  singleKeys?: boolean;
  /** What there is to go through; null where there is nothing. */
  views?: StageViews | null;
  /** What is on the stage, while no view was gone to. */
  title: ReactNode;
  /** Where in it the cursor is, and where the numbers come from. */
  children?: ReactNode;
  /** Lets the model write now; left out where that makes no sense. */
  onLive?: (() => void) | undefined;
  /** Leaves the stage; must not change between renders. */
  onLeave?: (() => void) | undefined;
}

/**
 * The stage of a page: while the page is presented it fills the screen in large type, without its controls, and the keys of a
 * speaker work. It stands beside the page's content, once, and is nothing to be seen until then.
 */
export function Stage(props: StageProps) {
  const { store, singleKeys = true, views = null, title, children, onLive, onLeave } = props;
  const presenting = useStore(store, (state) => state.presenting);
  const blank = useStore(store, (state) => state.blank);
  const leave = useCallback(() => {
    if (onLeave) onLeave();
    else store.getState().present(false);
  }, [store, onLeave]);
  const [said, say] = useState('');
  /** Set by the frame, which has the clock. */
  const restart = useRef<() => void>(() => {});
  const StageFrame = useFrame(presenting);
  const hasViews = views !== null && views.names.length > 0;

  useEffect(() => {
    store.getState().setHasStage(true);
    return () => store.getState().setHasStage(false);
  }, [store]);
  useStageScreen(store, presenting, leave);
  useWakeLock(presenting);

  const step = (to: 'next' | 'previous' | 'first' | 'last') => {
    if (!views) return;
    store.getState().setBlank(false);
    const index = stageStep(views, to);
    if (index === null) {
      say(to === 'next' ? `That was the last ${views.kind}.` : `That is the first ${views.kind}.`);
    } else views.go(index);
  };
  const act = (action: StageAction) => {
    switch (action) {
      case 'blank':
        store.getState().setBlank(!blank);
        break;
      case 'clock':
        restart.current();
        say('The clock starts anew.');
        break;
      case 'live':
        if (!onLive) break;
        store.getState().setBlank(false);
        say('The model writes now.');
        onLive();
        break;
      case 'leave':
        leave();
        break;
      default:
        step(action);
    }
  };
  useStageKeys({ presenting, hasViews, singleKeys, act });

  // What is on the stage is said: that it began, each view, the blank screen, and that it is over.
  const begun = useRef(false);
  const words = views && views.at >= 0 && !views.away ? viewWords(views) : null;
  const count = views?.names.length ?? 0;
  const kind = views?.kind ?? 'view';
  useEffect(() => {
    if (presenting && !begun.current) {
      const through =
        count > 0 ? ` ${count} ${kind}s, by arrow keys or Page up and Page down.` : '';
      say(`Presenting.${through} B blanks the screen, Escape leaves.`);
    } else if (presenting && words) say(words);
    else if (!presenting && begun.current) say('The presentation is over.');
    begun.current = presenting;
  }, [presenting, words, count, kind]);
  useEffect(() => {
    if (blank) say('The screen is blank. B shows it again.');
    else if (begun.current) say('The screen is on.');
  }, [blank]);

  // A blank screen has nothing to click on: a click anywhere shows what was there.
  useEffect(() => {
    if (!blank) return;
    const show = (event: Event) => {
      event.preventDefault();
      event.stopPropagation();
      store.getState().setBlank(false);
    };
    window.addEventListener('click', show, true);
    return () => window.removeEventListener('click', show, true);
  }, [blank, store]);

  return (
    <>
      <span role="status" aria-label="Presentation" className="visually-hidden" data-said>
        {said}
      </span>
      {presenting && StageFrame && (
        <StageFrame
          title={title}
          views={hasViews ? views : null}
          live={onLive !== undefined}
          restart={restart}
          onAct={act}
        >
          {children}
        </StageFrame>
      )}
    </>
  );
}

/** The frame of the stage once its code is there. Without it a talk goes on all the same, by keys. */
function useFrame(wanted: boolean) {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!wanted || stageFrame.component) return;
    let left = false;
    const drawn = () => {
      if (!left) draw();
    };
    stageFrame.fetch().then(drawn, () => {});
    return () => {
      left = true;
    };
  }, [wanted]);
  return stageFrame.component;
}
