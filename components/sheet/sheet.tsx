'use client';

import { Popover } from 'radix-ui';
import { type ComponentProps, type RefObject, useRef } from 'react';
import { useFullElement } from '../panel/full-element';

type Content = ComponentProps<typeof Popover.Content>;

interface SheetProps extends Omit<Content, 'onInteractOutside' | 'onCloseAutoFocus'> {
  id: string;
  /** Opens and closes the sheet; takes the focus when it is closed. */
  button: RefObject<HTMLButtonElement | null>;
  /** What it stands beside; the button when left out. */
  anchor?: RefObject<{ getBoundingClientRect(): DOMRect }>;
  onClose(): void;
  /** Whether something else has the focus by now, which taking it away would close. */
  keepsFocus(): boolean;
}

/** An open sheet beside its button. The page around it can be used. */
export function Sheet({ id, button, anchor, onClose, keepsFocus, ...content }: SheetProps) {
  const container = useFullElement();
  const outside = useRef(false);
  return (
    <Popover.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Popover.Anchor virtualRef={anchor ?? (button as RefObject<HTMLButtonElement>)} />
      <Popover.Portal container={container}>
        <Popover.Content
          {...content}
          id={id}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            if (button.current?.contains(event.target as Node)) event.preventDefault();
            else outside.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!outside.current && !keepsFocus()) button.current?.focus();
          }}
        />
      </Popover.Portal>
    </Popover.Root>
  );
}
