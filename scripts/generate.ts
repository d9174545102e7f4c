import { runCommand } from './command-line';
import { generate, USAGE } from './generate-command';
import { MODELS } from './models';

await runCommand(generate, USAGE, MODELS);
