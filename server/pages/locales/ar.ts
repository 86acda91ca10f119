import { en } from './en.ts';
import type { Messages } from './en.ts';

export const ar: Messages = en;
