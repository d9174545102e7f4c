import styles from './top-bar.module.css';

/** Mark and name: one block over the positions that it is written from. */
export function Brand() {
  return (
    <h1 className={styles.name}>
      <svg className={styles.mark} viewBox="0 0 20 20" aria-hidden="true">
        <rect x="1" y="1" width="18" height="5" rx="1.5" className={styles.markGlobal} />
        <rect x="1" y="9" width="3.6" height="10" rx="1" className={styles.markLocal} />
        <rect x="5.8" y="11.5" width="3.6" height="7.5" rx="1" className={styles.markLocal} />
        <rect x="10.6" y="14" width="3.6" height="5" rx="1" className={styles.markLocal} />
        <rect x="15.4" y="16" width="3.6" height="3" rx="1" className={styles.markNow} />
      </svg>
      Blockscope
    </h1>
  );
}
