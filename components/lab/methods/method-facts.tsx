import { memo } from 'react';
import type { Method, Source } from '@/lib/methods/types';
import lab from '../lab.module.css';
import styles from './methods.module.css';

const ORIGINS: Record<Source['origin'], string> = {
  paper: 'paper',
  abstract: 'abstract',
  quoted: 'paper, as quoted elsewhere',
  code: 'published code',
  'second-hand': 'second-hand notes',
  derived: 'derived',
  ours: 'ours',
};

const KINDS: Record<Method['kind'], string> = {
  'decoder cache': 'changes a decoder’s cache',
  'no decode cache': 'has no decode cache',
  'no saving': 'saves nothing in size',
};

/** What a method is: name, papers, what it keeps and loses, and where all of it stands. */
export const MethodFacts = memo(function MethodFacts({ method }: { method: Method }) {
  const { name, papers, kind, label, keeps, loses, onTrained, assumption, sources } = method;
  return (
    <section aria-label={name}>
      <h3 className={styles.name}>{name}</h3>
      <p className={styles.tags}>
        <span>{KINDS[kind]}</span>
        <span>picture: {label}</span>
      </p>
      {papers.map(({ title, authors, year, arXiv }) => (
        <p key={arXiv} className={styles.paper}>
          {authors}, {year}: <cite>{title}</cite>,{' '}
          <a href={`https://arxiv.org/abs/${arXiv}`} rel="noreferrer">
            arXiv {arXiv}
          </a>
        </p>
      ))}
      <dl className={styles.facts}>
        <dt>Keeps</dt>
        <dd>{keeps}</dd>
        <dt>Loses</dt>
        <dd>{loses}</dd>
        <dt>Training</dt>
        <dd>
          {trainingText(onTrained.how)}
          {onTrained.note}
        </dd>
        {assumption !== null && (
          <>
            <dt className={styles.assumed}>Assumed</dt>
            <dd>{assumption}</dd>
          </>
        )}
      </dl>
      <details className={styles.sources}>
        <summary>Where this stands</summary>
        <ul>
          {sources.map(({ of, origin, where }) => (
            <li key={`${of} ${where}`}>
              <strong>{of}</strong>: {ORIGINS[origin]}, {where}
            </li>
          ))}
        </ul>
        <p className={lab.small}>
          Derived: worked out here from what the source says. Ours: chosen here for the picture.
        </p>
      </details>
    </section>
  );
});

function trainingText(how: Method['onTrained']['how']): string {
  if (how === 'no training') return 'Needs none. ';
  if (how === 'fine-tuning') return 'Needs fine-tuning. ';
  return how === 'from scratch' ? 'From scratch. ' : '';
}
