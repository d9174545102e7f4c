'use client';

import {
  type ComponentProps,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useId,
  useRef,
} from 'react';

/** What a menu must know of the button that opens it. */
export interface MenuOpener {
  /** Id of the menu. */
  id: string;
  button: RefObject<HTMLButtonElement | null>;
  /** Opened by the pointer: then no entry is marked at first. */
  byPointer: RefObject<boolean>;
  onClose(): void;
}

/**
 * What makes a button open a menu: it opens on the press of the pointer, on Enter, Space and arrow down. The menu itself may come
 * late; the button is there from the start.
 */
export function useMenuButton(
  open: boolean,
  setOpen: (open: boolean) => void,
): { trigger: ComponentProps<'button'>; opener: MenuOpener } {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const byPointer = useRef(false);
  useEffect(() => {
    if (!open) byPointer.current = false;
  }, [open]);
  return {
    opener: { id, button, byPointer, onClose: () => setOpen(false) },
    trigger: {
      ref: button,
      type: 'button',
      'aria-haspopup': 'menu',
      'aria-expanded': open,
      'aria-controls': open ? id : undefined,
      onPointerDown: (event: PointerEvent) => {
        if (event.button !== 0 || event.ctrlKey) return;
        // The menu takes the focus; the button would take it back.
        if (!open) event.preventDefault();
        byPointer.current = true;
        setOpen(!open);
      },
      onKeyDown: (event: KeyboardEvent) => {
        if (!['Enter', ' ', 'ArrowDown'].includes(event.key)) return;
        event.preventDefault();
        byPointer.current = false;
        setOpen(event.key === 'ArrowDown' || !open);
      },
    },
  };
}
