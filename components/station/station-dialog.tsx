'use client';

import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import {
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { placeOf } from '@/lib/model/layout';
import { STATION_NAMES, STATIONS, type Station } from '@/lib/store/station-slice';
import { CommandButton } from '../command-button';
import { useApp, useMoment, usePage } from '../page-context';
import { NextPanel } from '../step/next-panel';
import { BlockStation } from './block-station';
import { CacheStation } from './cache-station';
import { ContextStation } from './context-station';
import { GlobalStation } from './global-station';
import { InStation } from './in-station';
import { LocalStation } from './local-station';
import styles from './station.module.css';
import { stationWords } from './station-words';

interface StationDialogProps {
  station: Station;
  /** What it stands over. */
  band: RefObject<HTMLElement | null>;
}

/**
 * The open station, in place of the band: larger, with the rest of the page dimmed. The cursor's keys work on. On a stage it is what
 * is shown: it fills it, and leaves the focus and the speaker's keys alone.
 */
export function StationDialog({ station, band }: StationDialogProps) {
  const { store } = usePage();
  const onStage = useApp((state) => state.presenting);
  const opener = useRef<Element | null>(null);
  const [place, setPlace] = useState<React.CSSProperties>({});
  useLayoutEffect(() => {
    opener.current = document.activeElement;
    setPlace(placeOver(band.current));
    const follow = () => setPlace(placeOver(band.current));
    window.addEventListener('resize', follow);
    return () => window.removeEventListener('resize', follow);
  }, [band]);
  return (
    <Dialog.Root
      // Begun anew: a dialog keeps the way in which it was opened.
      key={String(onStage)}
      open
      modal={!onStage}
      onOpenChange={(next) => {
        if (!next) store.getState().openStation(null);
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className={styles.dim} />
        <Dialog.Content
          className={styles.station}
          style={onStage ? undefined : place}
          data-station={station}
          data-on-stage={onStage || undefined}
          onInteractOutside={(event) => {
            if (onStage) event.preventDefault();
          }}
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            if (onStage) return;
            (event.currentTarget as HTMLElement)
              .querySelector<HTMLElement>('[aria-current], [data-close]')
              ?.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement && opener.current.isConnected)
              opener.current.focus();
          }}
        >
          <Content station={station} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Over the band where the page is wide, over the whole screen of a phone. */
function placeOver(band: HTMLElement | null): React.CSSProperties {
  const rect = band?.getBoundingClientRect();
  if (!rect || window.innerWidth < 900) return { inset: 8 };
  const top = Math.max(8, Math.min(rect.top, window.innerHeight * 0.2));
  return {
    top,
    left: rect.left + 8,
    width: rect.width - 16,
    maxHeight: window.innerHeight - top - 8,
  };
}

function Content({ station }: { station: Station }) {
  const { trace, cursor } = useMoment();
  const known = trace !== null && cursor !== null;
  const place = known ? placeOf(cursor, trace.dims) : null;
  const words = trace && stationWords(station, trace.dims);
  return (
    <>
      <Dialog.Title className="visually-hidden">{STATION_NAMES[station]}</Dialog.Title>
      <header className={styles.head}>
        {station === 'cache' ? (
          <h2 className={styles.name}>KV cache, slot by slot</h2>
        ) : (
          <Way station={station} />
        )}
        <span className={styles.at}>
          <CommandButton id="back-token" className={styles.step}>
            <ChevronLeft size={15} aria-hidden="true" />
          </CommandButton>
          {place && (
            <span>
              token {cursor} · block {place.block}, slot {place.slot}
            </span>
          )}
          <CommandButton id="forward-token" className={styles.step}>
            <ChevronRight size={15} aria-hidden="true" />
          </CommandButton>
        </span>
        <Dialog.Close className={styles.close} aria-label="Close" title="Close (Esc)" data-close>
          <X size={16} aria-hidden="true" />
        </Dialog.Close>
      </header>
      {words && (
        <p className={styles.words}>
          {words.text} <span className={styles.paper}>({words.paper})</span>
        </p>
      )}
      <div className={styles.body}>
        <InStation value={true}>{CONTENTS[station]}</InStation>
      </div>
    </>
  );
}

const CONTENTS: Record<Station, ReactNode> = {
  block: <BlockStation />,
  global: <GlobalStation />,
  context: <ContextStation />,
  local: <LocalStation />,
  next: <NextPanel />,
  cache: <CacheStation />,
};

/** All stations in their order: the open one is marked, any other is one click away. */
function Way({ station }: { station: Station }) {
  const { store } = usePage();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // A key may have led on; who stands on the way goes along.
    if (!list.current?.contains(document.activeElement)) return;
    const now = list.current.querySelector<HTMLElement>(`[data-hue="${station}"] button`);
    now?.focus();
  }, [station]);
  return (
    <nav aria-label="Stations of the step">
      <ol ref={list} className={styles.way}>
        {STATIONS.map((one) => (
          <li key={one} data-hue={one}>
            <button
              type="button"
              aria-current={one === station ? 'step' : undefined}
              onClick={() => store.getState().openStation(one)}
            >
              {STATION_NAMES[one]}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
