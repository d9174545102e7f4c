'use client';

import { SlidersHorizontal } from 'lucide-react';
import { useId, useRef } from 'react';
import type { MapName } from '@/lib/store/selection-slice';
import { DEFAULT_MAP_VIEW, sameView } from '@/lib/trace/map-view';
import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import styles from './step.module.css';

const mapViewSheet = latePart(async () => (await import('./map-view-sheet')).MapViewSheet);

/** Opens the settings of how maps are looked at; they are the same from either map. */
export function MapViewButton({ map }: { map: MapName }) {
  const open = useApp((state) => state.mapViewOpen === map);
  const openMapView = useApp((state) => state.openMapView);
  const changed = useApp((state) => !sameView(state.mapView, DEFAULT_MAP_VIEW));
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const MapViewSheet = useLate(mapViewSheet, open);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.switch}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`View of ${map} attention${changed ? ', changed' : ''}`}
        title={map === 'global' ? 'View of the maps (V)' : 'View of the maps'}
        data-changed={changed || undefined}
        onClick={() => openMapView(open ? null : map)}
      >
        <SlidersHorizontal size={15} aria-hidden="true" />
      </button>
      {MapViewSheet && <MapViewSheet id={id} button={button} onClose={() => openMapView(null)} />}
    </>
  );
}
