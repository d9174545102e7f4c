'use client';

import type { Provenance as Kind } from '@/lib/trace/types';
import { useApp } from '../page-context';
import styles from './top-bar.module.css';

const MEANING: Record<Kind, string> = {
  measured: 'Every number on the page was measured in this run, on this machine.',
  recorded: 'The numbers were measured in an earlier run and recorded.',
  synthetic: 'The numbers are made up, to try the page.',
};

/** Where the numbers on the page come from. */
export function Provenance() {
  const kind = useApp((state) => state.trace?.header.provenance);
  return kind ? (
    <span className={styles.provenance} title={MEANING[kind]}>
      {kind}
    </span>
  ) : null;
}
