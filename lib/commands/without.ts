import type { CommandId, Commands } from './commands';

/** The commands of a page that has no place for some of them: these have no key and cannot be used. */
export function withoutCommands(commands: Commands, ids: readonly CommandId[]): Commands {
  const left = { ...commands };
  for (const id of ids) left[id] = { ...commands[id], key: null, enabled: () => false };
  return left;
}
