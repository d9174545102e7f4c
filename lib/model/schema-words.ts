import { config } from 'zod/mini';
import en from 'zod/v4/locales/en.js';

// The small build of zod brings no words of its own: without these every bad value would be just “Invalid input”.
config(en());
