/** The floor of the webhook door: one transaction for what arrives in one turn of the event loop. */
import { startDoor } from './door.ts';

startDoor({ commits: 'grouped' });
