'use client';

import { TriangleAlert } from 'lucide-react';
import buttons from '../button.module.css';
import styles from '../problem/problem.module.css';
import { useCompareView } from './compare-context';

/** What was wrong with the page's address, until it is dismissed. */
export function Notices() {
  const notices = useCompareView((state) => state.notices);
  const setNotices = useCompareView((state) => state.setNotices);
  return notices.map((notice) => (
    <div key={notice} className={styles.banner} role="alert">
      <TriangleAlert size={16} aria-hidden="true" />
      <p>{notice}</p>
      <button
        type="button"
        className={buttons.button}
        onClick={() => setNotices(notices.filter((other) => other !== notice))}
      >
        Dismiss
      </button>
    </div>
  ));
}
