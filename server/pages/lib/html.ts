/** What a page is made of. */

import type { html } from 'hono/html';

/** Escaped markup. `c.html()` takes it as it is; in a test, `String(await page)`. */
export type Html = ReturnType<typeof html>;
