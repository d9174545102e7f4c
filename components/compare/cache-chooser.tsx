'use client';

import { SlidersHorizontal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { writeCache } from '@/lib/compare/cache-address';
import { CACHE_KINDS, type CacheChoice, cacheKind, presetCache } from '@/lib/compare/caches';
import type { LaneId } from '@/lib/compare/types';
import type { Manifest } from '@/lib/model/manifest';
import buttons from '../button.module.css';
import { CacheSheet } from './cache-sheet';
import styles from './compare.module.css';
import { useCompare, useCompareState } from './compare-context';
import { canChangeCache } from './model-facts';

/** Chooses the cache of a lane with a flat model: the full one, or a method that needs no training, with its settings. */
export function CacheChooser({ lane }: { lane: LaneId }) {
  const { session, models } = useCompare();
  const model = useCompareState((state) => state.lanes[lane].model);
  const cache = useCompareState((state) => state.lanes[lane].cache);
  const [manifest, setManifest] = useState<Manifest | null>(null);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    let left = false;
    setManifest(null);
    void models.manifest(model).then((known) => {
      if (!left) setManifest(known);
    });
    return () => {
      left = true;
    };
  }, [models, model]);

  if (manifest?.architecture !== 'flat') return null;
  if (!canChangeCache(manifest))
    return (
      <span className={styles.facts}>
        Full cache only: this model was exported without the graphs for others.
      </span>
    );
  const choose = (choice: CacheChoice) => {
    address(lane, choice);
    void session.chooseCache(lane, choice);
  };
  const kind = cacheKind(cache.id);
  return (
    <>
      <select
        className={styles.model}
        aria-label={`Cache of the ${lane} lane`}
        title={kind.keeps}
        value={cache.id}
        onChange={({ target }) => {
          const chosen = CACHE_KINDS.find(({ id }) => id === target.value);
          if (chosen) choose(presetCache(chosen.id));
        }}
      >
        {CACHE_KINDS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      {cache.id !== 'full' && (
        <button
          ref={button}
          type="button"
          className={`${buttons.button} ${styles.settings}`}
          aria-label={`${settingsText(cache)}: settings of the cache, ${lane} lane`}
          aria-expanded={open}
          aria-haspopup="dialog"
          title={`Settings of ${kind.name}, and what it keeps`}
          onClick={() => setOpen(!open)}
        >
          <SlidersHorizontal size={14} aria-hidden="true" />
          {settingsText(cache)}
        </button>
      )}
      {open && cache.id !== 'full' && (
        <CacheSheet
          key={cache.id}
          lane={lane}
          button={button}
          cache={cache}
          onChoose={choose}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** The settings in short: `4 + 20`, `50 %`. */
function settingsText({ id, values }: CacheChoice): string {
  switch (id) {
    case 'sliding-window':
      return `${values.window}`;
    case 'streaming-llm':
      return `${values.sinks} + ${values.window}`;
    case 'lorc':
      return `${values.rank} %`;
    default:
      return `${values.kept} %`;
  }
}

/** Keeps the address in step with the lane, so that it can be shared. */
function address(lane: LaneId, cache: CacheChoice): void {
  const url = new URL(window.location.href);
  writeCache(url.searchParams, lane, cache);
  window.history.replaceState(null, '', url);
}
