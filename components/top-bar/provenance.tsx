'use client';

import type { Provenance as Kind } from '@/lib/trace/types';
import { useApp } from '../page-context';
import styles from './top-bar.module.css';

const MEASURED =
  'attention, logits and their probabilities, vectors, keys and values in the cache, and times';

const COMPUTED =
  'Bytes are computed: the global cache’s from its slots in use and the model’s shape, the local cache’s and the flat transformers’ from the models’ shapes alone.';

const MEANING: Record<Kind, string> = {
  measured: `Measured in this run, on this machine: ${MEASURED}. ${COMPUTED}`,
  recorded: `Measured in an earlier run and recorded: ${MEASURED}. ${COMPUTED}`,
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
