import type { Commands } from '@/lib/commands/commands';
import type { MapName } from '@/lib/store/selection-slice';
import type { AppStore } from '@/lib/store/store';

/** Opens the arithmetic of a map's chosen cell. Heads joined into one map have none: then their station, to choose one there. */
export function openCell(store: AppStore, commands: Commands, map: MapName): void {
  // A station would open behind the panel that fills the screen.
  if (store.getState().fullPanel) return;
  const command = commands.arithmetic.enabled(store.getState())
    ? commands.arithmetic
    : commands[`station-${map}`];
  command.run();
}
