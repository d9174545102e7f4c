import { memo } from 'react';
import { type Figure, formatRatio, ratioOf } from './figures';
import styles from './scaling.module.css';

const CARDS: readonly { id: string; title: string; less: string; more: string }[] = [
  { id: 'held', title: 'KV cache of a sequence', less: 'smaller', more: 'larger' },
  { id: 'readMean', title: 'Keys and values read for a token', less: 'less', more: 'more' },
  { id: 'prefill', title: 'Multiply-adds for the prompt', less: 'less', more: 'more' },
  { id: 'largestBatch', title: 'Sequences that fit', less: 'more', more: 'fewer' },
];

interface HeadlineProps {
  figures: readonly Figure[];
  /** What the block model is compared with. */
  rival: string;
  /** What is known of the two models' losses. */
  losses: string;
}

/** The four savings at a glance, each naming its rival. */
export const Headline = memo(function Headline({ figures, rival, losses }: HeadlineProps) {
  return (
    <section aria-label="At a glance">
      <dl className={styles.cards}>
        {CARDS.map(({ id, title, less, more }) => {
          const figure = figures.find((one) => one.id === id);
          if (!figure) return null;
          const ratio = ratioOf(figure);
          const say = (value: number | null) => (value === null ? '–' : figure.format(value));
          return (
            <div key={id}>
              <dt>{title}</dt>
              <dd>
                <strong>
                  {ratio === null ? '–' : `${formatRatio(ratio < 1 ? 1 / ratio : ratio)} ×`}
                </strong>{' '}
                {ratio !== null && (ratio < 1 ? more : less)}
                <small>
                  <span className={styles.block}>{say(figure.block)}</span> against{' '}
                  <span className={styles.flat}>{say(figure.flat)}</span>
                </small>
              </dd>
            </div>
          );
        })}
      </dl>
      <p className={styles.note}>
        Block model against flat, {rival}; all derived. {losses}
      </p>
    </section>
  );
});
