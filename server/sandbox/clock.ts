/** The one place that reads the machine's time. The sandbox's own time is that plus an offset, so that it can be moved. */

export interface Clock {
  /** The sandbox's time in whole seconds since 1970, as Stripe writes it. */
  now(): number;
  /** The machine's time in milliseconds: for what happens outside, such as signing and retrying deliveries. */
  wall(): number;
  /** Seconds that the sandbox is ahead of the machine. */
  readonly offset: number;
  /** Moves the sandbox's time to this many seconds ahead of the machine's. */
  setOffset(seconds: number): void;
}

/** @param wall - the machine's clock, in milliseconds. */
export function createClock(wall: () => number = Date.now): Clock {
  let offset = 0;
  return {
    now: () => Math.floor(wall() / 1000) + offset,
    wall,
    get offset() {
      return offset;
    },
    setOffset(seconds) {
      offset = seconds;
    },
  };
}
