/** Whether an element has room for what needs so much of it: by its own width, not the window's. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class RoomController implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #needed: number;
  #observer: ResizeObserver | null = null;
  #hasRoom = false;

  /** @param needed px */
  constructor(host: ReactiveControllerHost & Element, needed: number) {
    this.#host = host;
    this.#needed = needed;
    host.addController(this);
  }

  get hasRoom(): boolean {
    return this.#hasRoom;
  }

  hostConnected(): void {
    this.#observer = new ResizeObserver(([entry]) => {
      const hasRoom = (entry?.contentRect.width ?? 0) >= this.#needed;
      // In a frame of its own: what changes size while sizes are reported is an error of the page's.
      if (hasRoom !== this.#hasRoom) requestAnimationFrame(() => this.#set(hasRoom));
    });
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #set(hasRoom: boolean): void {
    this.#hasRoom = hasRoom;
    this.#host.requestUpdate();
  }
}
