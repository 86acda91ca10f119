/**
 * The tabs of one origin, and what they are to each other: one of them listens for all (Web Locks), and all hear from it
 * which version there is (`BroadcastChannel`). Nothing else is told, neither a token nor a plan: each asks for itself.
 */

export interface Tabs {
  /** To all others: the version that is known here. */
  tell(version: number): void;
  /**
   * Does the work once no other tab is at it.
   * @param signal takes back the wish while it waits; work that has begun has to end by itself
   */
  takeTurn(signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  leave(): void;
}

/** Where a page cannot know of others, each listens for itself. */
const alone: Tabs = { tell: () => undefined, takeTurn: (_, work) => work(), leave: () => undefined };

/**
 * @param about what they have in common: of another user, project or backend nothing is heard; null for nothing
 * @param heard what another tab told
 */
export function joinTabs(about: string | null, heard: (version: number) => void): Tabs {
  // Only a secure context has locks, and only with both is there somebody to hear from while waiting.
  const locks = navigator.locks as LockManager | undefined;
  if (about === null || !locks || typeof BroadcastChannel === 'undefined') return alone;
  const name = `planclaim ${about}`;
  let channel: BroadcastChannel;
  try {
    channel = new BroadcastChannel(name);
  } catch {
    return alone;
  }
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (Number.isSafeInteger(data)) heard(data as number);
  });
  return {
    // Not a window's, which would need to be told for whom.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    tell: (version) => channel.postMessage(version),
    async takeTurn(signal, work) {
      let hasBegun = false;
      try {
        await locks.request(name, { signal }, () => {
          hasBegun = true;
          return work();
        });
      } catch (thrown) {
        if (hasBegun || signal.aborted) throw thrown;
        // Refused, as in an opaque origin or with blocked storage.
        await work();
      }
    },
    leave: () => channel.close(),
  };
}
