/** Arrow keys go from plan to plan; Tab still goes to each (R39.1). */

const steps: Readonly<Record<string, number | undefined>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };

export function moveFocus(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || !target.matches('.button')) return;
  const buttons = [...group.querySelectorAll<HTMLElement>('.button:not([disabled])')];
  const at = buttons.indexOf(target);
  const isReversed = getComputedStyle(group).direction === 'rtl' && /Left|Right/.test(event.key);
  const step = (steps[event.key] ?? 0) * (isReversed ? -1 : 1);
  const to = event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : step === 0 ? at : at + step;
  if (to === at || at === -1) return;
  event.preventDefault();
  buttons[(to + buttons.length) % buttons.length]?.focus();
}
