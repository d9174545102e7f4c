import { caches, USAGE } from './caches-command';
import { runCommand } from './command-line';
import { MODELS } from './models';

await runCommand(caches, USAGE, MODELS);
