/** What somebody has put aside, for as long as their tab lives; in memory alone where storage is blocked. */

const name = 'planclaim:dismissed';
const inMemory = new Set<string>();
/** The latest few: older ones are over. */
const most = 20;

/** @param key of a state in one of its stages: the next stage has another one */
export const isDismissed = (key: string): boolean => inMemory.has(key) || stored().includes(key);

export function dismiss(key: string): void {
  inMemory.add(key);
  try {
    sessionStorage.setItem(name, JSON.stringify([...stored().filter((each) => each !== key), key].slice(-most)));
  } catch {
    // Blocked, or full: it is remembered until the page goes.
  }
}

/** With cookies blocked even naming `sessionStorage` throws, and a stranger may have written to it. */
function stored(): readonly string[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(name) ?? '[]');
    return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
