/** Server-sent events out of a response: WHATWG HTML §9.2.6, of which the backend uses `event`, `data`, `id` and `retry`. */

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

export interface StreamListener {
  event(event: ServerEvent): void;
  /** Milliseconds to wait before the next connection, as the server asks. */
  retry(delay: number): void;
  /** Something came, an event or a sign of life. */
  heard(): void;
}

/** Resolves when the stream ends; rejects when it breaks or is aborted. */
export async function readEvents(body: ReadableStream<Uint8Array>, listener: StreamListener): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let type = '';
  let lines: string[] = [];
  const take = (line: string): void => {
    if (line === '') {
      if (lines.length > 0) listener.event({ type: type || 'message', data: lines.join('\n') });
      type = '';
      lines = [];
      return;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') type = value;
    else if (field === 'data') lines.push(value);
    else if (field === 'retry' && /^\d+$/.test(value)) listener.retry(Number(value));
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    listener.heard();
    const parts = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    for (const line of parts) take(line);
  }
}
