/** "Try again": small, quiet, and the same everywhere. */

import type { TemplateResult } from 'lit';
import type { Messages } from '../locales/index.ts';
import { button } from './button.ts';

export const retryButton = (text: Messages, onClick: () => void): TemplateResult =>
  button({ label: text.tryAgain, busyLabel: '', isBusy: false, look: 'quiet', size: 'small', onClick });
