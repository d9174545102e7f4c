'use client';

import type { ExportFormat } from '../export/export-panel';
import { Menu, MenuParts } from '../menu/menu';
import type { MenuOpener } from '../menu/use-menu-button';
import styles from './panel.module.css';

interface PanelMenuProps {
  opener: MenuOpener;
  label: string;
  container: Element | null;
  /** Nothing is written yet. */
  empty: boolean;
  full: boolean;
  onTake(format: ExportFormat): void;
  onFull(): void;
}

/** What can be done with a panel. */
export function PanelMenu(props: PanelMenuProps) {
  const { opener, label, container, empty, full, onTake, onFull } = props;
  const item = (format: ExportFormat, text: string) => (
    <MenuParts.Item className={styles.item} disabled={empty} onSelect={() => onTake(format)}>
      {text}
    </MenuParts.Item>
  );
  return (
    <Menu
      opener={opener}
      label={label}
      className={styles.menu}
      sideOffset={4}
      container={container}
    >
      {item('csv', 'Copy as CSV')}
      {item('json', 'Copy as JSON')}
      <MenuParts.Separator className={styles.separator} />
      {item('png', 'Save as PNG')}
      {item('svg', 'Save as SVG')}
      <MenuParts.Separator className={styles.separator} />
      <MenuParts.Item className={styles.item} onSelect={onFull}>
        {full ? 'Leave full screen' : 'Full screen'}
        <span className={styles.key}>{full ? 'Esc' : ''}</span>
      </MenuParts.Item>
    </Menu>
  );
}
