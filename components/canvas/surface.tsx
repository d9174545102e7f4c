'use client';

import { type CanvasHTMLAttributes, useEffect, useRef } from 'react';
import type { Size } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { useDrawing } from './drawing-context';

interface SurfaceProps extends CanvasHTMLAttributes<HTMLCanvasElement> {
  /** What the drawing depends on, size and theme excepted; it is painted again when an entry changes. */
  depends(): readonly unknown[];
  paint(ctx: CanvasRenderingContext2D, size: Size, theme: Theme): void;
}

/** A canvas that fills its box, sharp on any screen, painted by the page's frame loop when something changed. */
export function Surface({ depends, paint, ...rest }: SurfaceProps) {
  const { frames, theme } = useDrawing();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ depends, paint });

  useEffect(() => {
    latest.current = { depends, paint };
    frames.wake();
  });

  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext('2d');
    const box = element?.parentElement;
    if (!element || !ctx || !box) return;
    let size: Size = { width: 0, height: 0 };
    let painted: readonly unknown[] = [];
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      size = { width: entry.contentRect.width, height: entry.contentRect.height };
      frames.wake();
    });
    observer.observe(box);
    const remove = frames.add(() => {
      if (size.width === 0 || size.height === 0) return false;
      const scale = window.devicePixelRatio;
      const colours = theme();
      const now = [...latest.current.depends(), size.width, size.height, scale, colours];
      if (now.length === painted.length && now.every((value, i) => Object.is(value, painted[i])))
        return false;
      painted = now;
      const width = Math.round(size.width * scale);
      const height = Math.round(size.height * scale);
      if (element.width !== width || element.height !== height) {
        element.width = width;
        element.height = height;
        element.style.width = `${size.width}px`;
        element.style.height = `${size.height}px`;
      }
      ctx.setTransform(scale, 0, 0, scale, 0, 0);
      ctx.clearRect(0, 0, size.width, size.height);
      latest.current.paint(ctx, size, colours);
      return false;
    });
    return () => {
      observer.disconnect();
      remove();
    };
  }, [frames, theme]);

  return <canvas ref={canvas} {...rest} />;
}
