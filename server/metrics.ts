/** Counts and durations of this process in Prometheus' text format (0.0.4). Small enough to be ours: no dependency brings less. */

export type Labels = Readonly<Record<string, string>>;

/** What only goes up. */
const counters = {
  planclaim_webhook_events_total: 'Deliveries of Stripe by what became of them.',
  planclaim_stripe_requests_total: 'Requests to Stripe by method, resource and status.',
  planclaim_checkouts_total: 'Checkouts started, handed out again, and completed.',
  planclaim_plan_changes_total: 'Plan states that became another version, by what made them.',
  planclaim_tokens_minted_total: 'Access tokens signed.',
  planclaim_http_requests_total: 'Requests by method, route and status.',
} as const;

/** Durations in seconds. */
const histograms = {
  planclaim_mark_to_applied_seconds: 'From the mark that an event leaves until its customer has been read and written.',
  planclaim_http_request_duration_seconds: 'From a request to the first byte of its answer, by route.',
} as const;

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;

/** A number as it is at the moment, looked up when it is asked for. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels: Labels; readonly value: number }[];
}

interface Counter {
  readonly labels: Labels;
  value: number;
}

interface Histogram {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Metrics {
  readonly #counters = seriesOf<CounterName, Counter>(counters);
  readonly #histograms = seriesOf<HistogramName, Histogram>(histograms);

  count(name: CounterName, labels: Labels = {}): void {
    const key = keyOf(labels);
    const counter = this.#counters[name].get(key);
    if (counter) counter.value += 1;
    else this.#counters[name].set(key, { labels, value: 1 });
  }

  observe(name: HistogramName, seconds: number, labels: Labels = {}): void {
    const key = keyOf(labels);
    let histogram = this.#histograms[name].get(key);
    if (!histogram) {
      histogram = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
      this.#histograms[name].set(key, histogram);
    }
    const place = buckets.findIndex((bound) => seconds <= bound);
    if (place !== -1) histogram.counts[place] = (histogram.counts[place] ?? 0) + 1;
    histogram.sum += seconds;
    histogram.count += 1;
  }

  /** Everything, with `gauges` beside it. */
  text(gauges: readonly Gauge[]): string {
    const lines: string[] = [];
    for (const [name, help] of Object.entries(counters) as [CounterName, string][]) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const { labels, value } of this.#counters[name].values()) {
        lines.push(`${name}${braced(written(labels))} ${value}`);
      }
    }
    for (const [name, help] of Object.entries(histograms) as [HistogramName, string][]) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} histogram`);
      for (const histogram of this.#histograms[name].values()) lines.push(...drawn(name, histogram));
    }
    for (const { name, help, values } of gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
      for (const { labels, value } of values) lines.push(`${name}${braced(written(labels))} ${value}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

/** For each name what was counted, by its labels. */
const seriesOf = <Name extends string, Value>(names: Readonly<Record<Name, string>>) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, new Map()])) as Record<Name, Map<string, Value>>;

/** Made several times a request, so it makes nothing else; what is scraped is written when it is scraped. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${name}=${labels[name]}\n`;
  return key;
}

function drawn(name: string, histogram: Histogram): string[] {
  const { counts, sum, count } = histogram;
  const labels = written(histogram.labels);
  const separator = labels === '' ? '' : ',';
  let below = 0;
  const bounds = counts.map((number, place) => {
    below += number;
    return `${name}_bucket{${labels}${separator}le="${buckets[place]}"} ${below}`;
  });
  return [
    ...bounds,
    `${name}_bucket{${labels}${separator}le="+Inf"} ${count}`,
    `${name}_sum${braced(labels)} ${sum}`,
    `${name}_count${braced(labels)} ${count}`,
  ];
}

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`);

const written = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`)
    .join(',');
