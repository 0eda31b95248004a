// One stream for what the page looks at. It closes while nobody sees the page and comes back with growing patience.
const shortest = 500;
const longest = 10000;

export class Feed {
  constructor(onState) {
    this.onState = onState;
    this.wait = shortest;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.close() : this.connect()));
    addEventListener('pagehide', () => this.close());
  }

  /** Looks at something else: start is called whenever a stream begins anew, since it repeats what is kept of the past. */
  watch(query, start, take) {
    this.query = query;
    this.start = start;
    this.take = take;
    this.wait = shortest;
    this.connect();
  }

  connect() {
    this.close();
    if (document.hidden || !this.query) return;
    const source = new EventSource('/events?' + new URLSearchParams(this.query));
    this.source = source;
    let started = false;
    source.onmessage = message => {
      if (this.source !== source) return;
      if (!started) {
        started = true;
        this.wait = shortest;
        this.start();
      }
      const frame = JSON.parse(message.data);
      this.onState(frame.service.connected ? 'live' : 'broken', frame.service.connected ? frame.service.broker : 'broker unreachable');
      this.take(frame);
    };
    source.onerror = () => {
      if (this.source !== source) return;
      this.close();
      this.onState('broken', 'service unreachable');
      this.timer = setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(longest, this.wait * 1.700);
    };
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
