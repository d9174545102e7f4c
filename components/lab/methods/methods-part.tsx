'use client';

import { useEffect, useState } from 'react';
import { METHODS } from '@/lib/methods';
import type { Method } from '@/lib/methods/types';
import { writeAddress } from '../address-bar';
import lab from '../lab.module.css';
import { Notices } from '../notices';
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

/** Other ways to shrink the cache: one method at a time, as masks and as numbers. */
export function MethodsPart() {
  const [state, setState] = useState<MethodState>(() => readMethod('').state);
  const [notices, setNotices] = useState<readonly string[]>([]);
  useEffect(() => {
    const address = readMethod(window.location.search);
    setState(address.state);
    setNotices(address.notices);
  }, []);
  const change = (next: MethodState) => {
    setState(next);
    setNotices([]);
    writeAddress(METHOD_PARAMETERS, methodSearch(next));
  };
  const method = methodById(state.method);
  if (!method) return null;
  return (
    <>
      <Notices notices={notices} />
      <div className={styles.split}>
        <nav className={styles.list} aria-label="Methods">
          <ul>
            {METHODS.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  aria-current={one.id === method.id ? 'true' : undefined}
                  onClick={() => change(stateOf(one.id, state.length))}
                >
                  {one.name}
                  {remark(one) && <small> {remark(one)}</small>}
                </button>
              </li>
            ))}
          </ul>
        </nav>
        <div className={lab.main}>
          <MethodFacts method={method} />
          <MaskSection key={`mask ${method.id}`} method={method} state={state} onChange={change} />
          <CostSection key={`cost ${method.id}`} method={method} state={state} onChange={change} />
        </div>
      </div>
    </>
  );
}

/** What a method of another kind is, behind its name. */
function remark({ id, kind, unit }: Method): string | null {
  if (id === 'multi-head') return 'yardstick';
  if (kind !== 'decoder cache') return kind;
  return unit === 'byte' ? 'on bytes' : null;
}
