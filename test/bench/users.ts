/** The users whose tokens are refreshed, in turn. */
export const userIds: readonly string[] = Array.from({ length: 250 }, (_, index) => `u_bench${index}`);
