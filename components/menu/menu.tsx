'use client';

import { Menu as Parts } from 'radix-ui/internal';
import { type ReactNode, useRef } from 'react';
import type { MenuOpener } from './use-menu-button';

interface MenuProps {
  opener: MenuOpener;
  label: string;
  className?: string;
  sideOffset: number;
  /** Where in the document it belongs; beside its button when left out. */
  container?: Element | null;
  children: ReactNode;
}

/** An open menu at its button. Not modal: the page behind it stays as it is. Its entries are those of `MenuParts`. */
export function Menu({ opener, label, className, sideOffset, container, children }: MenuProps) {
  const outside = useRef(false);
  const { id, button, byPointer, onClose } = opener;
  const content = (
    <Parts.Content
      id={id}
      className={className}
      align="end"
      sideOffset={sideOffset}
      collisionPadding={8}
      aria-label={label}
      onEntryFocus={(event) => {
        event.preventDefault();
        if (byPointer.current) return;
        (event.currentTarget as HTMLElement)
          .querySelector<HTMLElement>('[role^="menuitem"]:not([data-disabled])')
          ?.focus({ preventScroll: true });
      }}
      onInteractOutside={() => {
        outside.current = true;
      }}
      onCloseAutoFocus={(event) => {
        event.preventDefault();
        if (!outside.current) button.current?.focus();
      }}
    >
      {children}
    </Parts.Content>
  );
  return (
    <Parts.Root
      open
      modal={false}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Parts.Anchor virtualRef={button} />
      {container ? <Parts.Portal container={container}>{content}</Parts.Portal> : content}
    </Parts.Root>
  );
}

export { Parts as MenuParts };
