import type { Command } from './commands';

/** What of a keyboard event decides which command it means. */
export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** A key as the registry spells it: `Space`, `Shift+ArrowLeft`, `?`. Command on a Mac counts as Control. */
export function keyName(press: KeyPress): string {
  const name =
    press.key === ' ' ? 'Space' : press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const parts = [];
  if (press.ctrlKey || press.metaKey) parts.push('Control');
  if (press.altKey) parts.push('Alt');
  // Plus without its shift, as many keyboards have it.
  if (name === '=' && parts.length === 0) return '+';
  // Characters such as `?` already carry their shift.
  if (press.shiftKey && (press.key.length > 1 || /[a-z]/i.test(press.key))) parts.push('Shift');
  return [...parts, name].join('+');
}

/**
 * The command that a key press means, or null. `typing`: a field has the focus; `singleKeys`: shortcuts of one character are on.
 */
export function commandFor<C extends Pick<Command, 'key' | 'whileTyping'>>(
  press: KeyPress,
  commands: Readonly<Record<string, C>>,
  typing: boolean,
  singleKeys = true,
): C | null {
  const name = keyName(press);
  const found = Object.values(commands).find((command) => keyOf(command, singleKeys) === name);
  return found && (!typing || found.whileTyping) ? found : null;
}

/** The key of a command as long as it is in force. A word that is spoken or typed by mistake holds characters and spaces. */
export function keyOf({ key }: Pick<Command, 'key'>, singleKeys: boolean): string | null {
  return key !== null && !singleKeys && isCharacter(key) ? null : key;
}

function isCharacter(key: string): boolean {
  return key.length === 1 || key === 'Space';
}

/** A key for people: `Shift + →`. On a Mac, Control is Command. */
export function keyText(key: string, mac = isMac()): string {
  const words: Record<string, string> = {
    ArrowLeft: '←',
    ArrowRight: '→',
    Control: mac ? '⌘' : 'Ctrl',
    Escape: 'Esc',
  };
  if (key === '+' || key === '-') return key === '+' ? '+' : '−';
  return key
    .split('+')
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' + ');
}

function isMac(): boolean {
  return /^(Mac|iP)/.test(globalThis.navigator?.platform ?? '');
}
