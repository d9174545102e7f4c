'use client';

import { type RefObject, useId } from 'react';
import { SCALES } from '@/lib/draw/theme';
import { DEFAULT_MAP_VIEW, type ScaleName, sameView } from '@/lib/trace/map-view';
import { useApp, usePage } from '../page-context';
import { Sheet } from '../sheet/sheet';
import styles from './step.module.css';

const SCALE_NAMES: readonly ScaleName[] = ['linear', 'sqrt', 'log'];

interface MapViewSheetProps {
  id: string;
  button: RefObject<HTMLButtonElement | null>;
  onClose(): void;
}

/** How both maps are looked at: scale, mass, first block, rows. One setting for all maps. */
export function MapViewSheet({ id, button, onClose }: MapViewSheetProps) {
  const { store } = usePage();
  const view = useApp((state) => state.mapView);
  const setMapView = useApp((state) => state.setMapView);
  return (
    <Sheet
      id={id}
      button={button}
      onClose={onClose}
      keepsFocus={() => store.getState().headsOpen !== null}
      className={styles.viewSheet}
      // Below, where it covers neither of the maps that it changes.
      side="bottom"
      align="end"
      sideOffset={6}
      collisionPadding={8}
      aria-label="View of the maps"
      onOpenAutoFocus={(event) => {
        // Else the first choice would have it, whichever is in force.
        event.preventDefault();
        (event.currentTarget as HTMLElement).querySelector<HTMLElement>('input:checked')?.focus();
      }}
    >
      <div className={styles.viewHead}>
        <h3>View of the maps</h3>
        <button
          type="button"
          className={styles.inline}
          disabled={sameView(view, DEFAULT_MAP_VIEW)}
          onClick={() => setMapView(DEFAULT_MAP_VIEW)}
        >
          Reset
        </button>
      </div>
      <Choices
        legend="Scale, from 0 to 1"
        note={`${SCALES[view.scale].formula}, w the weight`}
        value={view.scale}
        options={SCALE_NAMES.map((scale) => ({
          value: scale,
          text: SCALES[scale].name.replace(' scale', ''),
        }))}
        onChange={(scale) => setMapView({ scale })}
      />
      <MassSlider mass={view.mass} onChange={(mass) => setMapView({ mass })} />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={view.hideFirst}
          onChange={(event) => setMapView({ hideFirst: event.target.checked })}
        />
        <span>
          Hide the first block
          <small>global map; the other weights stay as they are</small>
        </span>
      </label>
      <Choices
        legend="Rows of a long global map"
        value={view.whole ? 'whole' : 'part'}
        options={[
          { value: 'part', text: 'near the cursor' },
          { value: 'whole', text: 'all' },
        ]}
        onChange={(rows) => setMapView({ whole: rows === 'whole' })}
      />
    </Sheet>
  );
}

function MassSlider({ mass, onChange }: { mass: number; onChange(mass: number): void }) {
  const id = useId();
  const percent = Math.round(mass * 100);
  const text = percent === 100 ? '100 %, all weights' : `${percent} % of each row`;
  return (
    <div className={styles.mass}>
      <label htmlFor={id}>Largest weights until</label>
      <output htmlFor={id}>{text}</output>
      <input
        id={id}
        type="range"
        min={10}
        max={100}
        step={1}
        value={percent}
        aria-valuetext={text}
        onChange={(event) => onChange(Number(event.target.value) / 100)}
      />
    </div>
  );
}

interface ChoicesProps<T extends string> {
  legend: string;
  note?: string;
  value: T;
  options: { value: T; text: string }[];
  onChange(value: T): void;
}

/** One of a few, side by side. */
function Choices<T extends string>({ legend, note, value, options, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend>{legend}</legend>
      <div className={styles.segments}>
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.text}</span>
          </label>
        ))}
      </div>
      {note && <small>{note}</small>}
    </fieldset>
  );
}
