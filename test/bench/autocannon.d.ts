/** The part of autocannon that the benchmarks use; the package has no types of its own. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Request {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: Buffer;
  }
  interface Options {
    url: string;
    connections: number;
    /** Requests in all. */
    amount: number;
    /** Milliseconds between two samples. */
    sampleInt: number;
    requests: (Partial<Request> & { setupRequest: (request: Request) => Request })[];
  }
  interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    /** Milliseconds. */
    latency: { p50: number; p99: number };
  }
  function autocannon(options: Options, done: (error: Error | null, result: Result) => void): EventEmitter;
  export = autocannon;
}
