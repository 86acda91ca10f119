/** The floor of the webhook door where each request is a transaction of its own. */
import { startDoor } from './door.ts';

startDoor({ commits: 'single' });
