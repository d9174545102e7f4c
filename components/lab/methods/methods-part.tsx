'use client';

import { memo, useCallback } from 'react';
import { METHODS } from '@/lib/methods';
import type { Method, Params } from '@/lib/methods/types';
import lab from '../lab.module.css';
import { Notices } from '../notices';
import { type Addressed, useAddressState } from '../use-address-state';
import { CostSection } from './cost-section';
import { MaskSection } from './mask-section';
import {
  METHOD_PARAMETERS,
  type MethodState,
  methodById,
  methodSearch,
  readMethod,
  stateOf,
} from './method-address';
import { MethodFacts } from './method-facts';
import styles from './methods.module.css';

const ADDRESSED: Addressed<MethodState> = {
  parameters: METHOD_PARAMETERS,
  read: readMethod,
  search: methodSearch,
};

/** Other ways to shrink the cache: one method at a time, as masks and as numbers. */
export function MethodsPart() {
  const { state, notices, change } = useAddressState(ADDRESSED);
  const choose = useCallback((id: string) => change(({ length }) => stateOf(id, length)), [change]);
  const setLength = useCallback((length: number) => change({ length }), [change]);
  const setPicture = useCallback((picture: Params) => change({ picture }), [change]);
  const setCosts = useCallback((costs: Params) => change({ costs }), [change]);
  const method = methodById(state.method);
  if (!method) return null;
  return (
    <>
      <Notices notices={notices} />
      <div className={styles.split}>
        <MethodList chosen={method.id} onChoose={choose} />
        <div className={lab.main}>
          <MethodFacts method={method} />
          <MaskSection
            key={`mask ${method.id}`}
            method={method}
            length={state.length}
            params={state.picture}
            onLength={setLength}
            onParams={setPicture}
          />
          <CostSection
            key={`cost ${method.id}`}
            method={method}
            params={state.costs}
            onParams={setCosts}
          />
        </div>
      </div>
    </>
  );
}

interface MethodListProps {
  /** Id of the method that is shown. */
  chosen: string;
  onChoose(id: string): void;
}

const MethodList = memo(function MethodList({ chosen, onChoose }: MethodListProps) {
  return (
    <nav className={styles.list} aria-label="Methods">
      <ul>
        {METHODS.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              aria-current={one.id === chosen ? 'true' : undefined}
              onClick={() => onChoose(one.id)}
            >
              {one.name}
              {remark(one) && <small> {remark(one)}</small>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
});

/** What a method of another kind is, behind its name. */
function remark({ id, kind, unit }: Method): string | null {
  if (id === 'multi-head') return 'yardstick';
  if (kind !== 'decoder cache') return kind;
  return unit === 'byte' ? 'on bytes' : null;
}
