'use client';

import { useEffect, useRef } from 'react';
import styles from './stage.module.css';

/** A pointer at rest is not pointing. */
const REST_MS = 2500;

/** A bright spot where the pointer is, to be seen from the last row; it goes out when the pointer rests. */
export function Laser() {
  const spot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = spot.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = () => element.removeAttribute('data-on');
    const follow = (event: PointerEvent) => {
      element.style.transform = `translate(${event.clientX}px, ${event.clientY}px)`;
      element.toggleAttribute('data-on', true);
      clearTimeout(timer);
      timer = setTimeout(off, REST_MS);
    };
    // A finger points as long as it touches.
    const lift = (event: PointerEvent) => {
      if (event.pointerType === 'touch') off();
    };
    window.addEventListener('pointermove', follow);
    window.addEventListener('pointerdown', follow);
    window.addEventListener('pointerup', lift);
    window.addEventListener('pointercancel', lift);
    document.documentElement.addEventListener('pointerleave', off);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointermove', follow);
      window.removeEventListener('pointerdown', follow);
      window.removeEventListener('pointerup', lift);
      window.removeEventListener('pointercancel', lift);
      document.documentElement.removeEventListener('pointerleave', off);
    };
  }, []);
  return <div ref={spot} className={styles.laser} data-laser aria-hidden="true" />;
}
