'use client';

import { type Bar, layoutNextToken, type NextToken } from '@/lib/draw/next-token';
import { placeOf } from '@/lib/model/layout';
import type { Sampling } from '@/lib/trace/types';
import { idLabel } from '../labels';
import { useApp, useMoment } from '../page-context';
import styles from './step.module.css';

const BARS = 6;

/** What the token at the cursor was drawn from. */
export function NextPanel() {
  const { trace, cursor } = useMoment();
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const logits = trace && place ? trace.logits(place.block, place.slot) : null;
  const sampling = trace?.header.sampling;
  return (
    <section className={styles.panel} aria-label="Next token">
      <div className={styles.head}>
        <h2 className={styles.title}>Next token</h2>
      </div>
      {trace && cursor !== null && logits && sampling ? (
        <Distribution
          sampling={sampling}
          token={layoutNextToken(
            logits,
            trace.tokens[cursor] ?? 0,
            sampling,
            trace.header.model.endId,
            trace.header.model.padId,
            BARS,
          )}
        />
      ) : (
        <>
          <p className={styles.sub}>softmax over the whole vocabulary</p>
          <p className={styles.empty}>
            {trace
              ? 'A prompt token was given, not drawn.'
              : 'What the model could have written, and how likely.'}
          </p>
        </>
      )}
    </section>
  );
}

function Distribution({ token, sampling }: { token: NextToken; sampling: Sampling }) {
  const top = Math.max(token.rest.probability, ...token.bars.map((bar) => bar.probability));
  return (
    <>
      <p className={styles.sub}>
        softmax(logits / {sampling.temperature === 0 ? 'T → 0' : `T = ${sampling.temperature}`})
        over all {token.vocabulary.toLocaleString('en')}, before any cut
      </p>
      <ol className={styles.bars}>
        {token.bars.map((bar) => (
          <BarRow key={bar.id} bar={bar} top={top} />
        ))}
        <li className={styles.bar} data-rest>
          <span className={styles.barName}>all the rest</span>
          <Fill share={token.rest.probability / top} />
          <span className={styles.percent}>{percent(token.rest.probability)}</span>
        </li>
      </ol>
      <p className={styles.fact}>{cutText(sampling, token)}</p>
      <p className={styles.fact}>
        surprise <b>{token.surpriseBits.toFixed(2)} bits</b> at T = 1
      </p>
    </>
  );
}

function BarRow({ bar, top }: { bar: Bar; top: number }) {
  const writer = useApp((state) => state.writer);
  return (
    <li
      className={styles.bar}
      data-picked={bar.picked || undefined}
      data-dropped={bar.dropped || undefined}
    >
      <span className={styles.barName}>{idLabel(writer, bar.id)}</span>
      <Fill share={bar.probability / top} />
      <span className={styles.percent}>
        {percent(bar.probability)}
        {bar.picked && <span className="visually-hidden">, picked</span>}
        {bar.dropped && <span className="visually-hidden">, cut</span>}
      </span>
    </li>
  );
}

function Fill({ share }: { share: number }) {
  return (
    <svg
      className={styles.track}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect width={Math.max(0.4, share * 100)} height="10" />
    </svg>
  );
}

function percent(probability: number): string {
  const value = probability * 100;
  return value > 0 && value < 0.1 ? '<0.1 %' : `${value.toFixed(1)} %`;
}

function cutText({ temperature, topK, topP }: Sampling, token: NextToken): string {
  if (temperature === 0) return 'greedy: the most likely is taken';
  const cuts = [topK !== null && `top-k ${topK}`, topP < 1 && `top-p ${topP}`].filter(Boolean);
  const kept = token.kept.toLocaleString('en');
  return cuts.length > 0 ? `${cuts.join(' and ')} keep ${kept} (others struck out)` : 'no cut';
}
