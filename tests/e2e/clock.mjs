// A clock that a scenario sets: for the page, for the desk's worker, and for Cin7.
//
// Playwright's own clock does not reach a dedicated worker, where the desk lives. So the worker's script is served with a
// few lines in front. In the worker, time stands still until it is set, and timers go off when it passes them; in the page
// only the date is another one, so that what the screen does after a moment still happens.

const CHANNEL = "test-clock";

/** Replaces `Date` and, in the worker, the timers. Runs in the browser. */
function replaceClock(start, channel, withTimers) {
  const RealDate = Date;
  const realSetTimeout = globalThis.setTimeout.bind(globalThis);
  const timers = new Map();
  let now = start;
  let last = 0;

  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length === 0 ? [now] : parts));
    }
    static now() {
      return now;
    }
  };

  const fire = () => {
    for (const [id, { due, call }] of [...timers].sort(([, one], [, other]) => one.due - other.due)) {
      if (due > now || !timers.delete(id)) continue;
      realSetTimeout(call, 0);
    }
  };
  if (withTimers) {
    globalThis.setTimeout = (call, milliseconds = 0, ...parts) => {
      last += 1;
      timers.set(last, { due: now + Math.max(0, milliseconds), call: () => call(...parts) });
      if (!(milliseconds > 0)) fire();
      return last;
    };
    globalThis.clearTimeout = (id) => void timers.delete(id);
  }
  new BroadcastChannel(channel).onmessage = ({ data }) => {
    now = data;
    fire();
  };
}

export class ScenarioClock {
  #now;
  #context;
  #sandbox;

  constructor(context, sandbox, start) {
    [this.#context, this.#sandbox, this.#now] = [context, sandbox, Date.parse(start)];
  }

  /** Puts a context and the sandbox on one clock that starts at an instant. To be called before the page opens. */
  static async install(context, sandbox, start) {
    const clock = new ScenarioClock(context, sandbox, start);
    await sandbox.clock({ now: new Date(clock.#now).toISOString(), frozen: true });
    const script = (withTimers) => `(${replaceClock})(${clock.#now}, ${JSON.stringify(CHANNEL)}, ${withTimers});\n`;
    await context.addInitScript({ content: script(false) });
    await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: script(true) + (await response.text()) });
    });
    return clock;
  }

  /** Sets the time everywhere, such as `"15:26:59"` of the scenario's day, or an instant. */
  async set(time) {
    const [day] = new Date(this.#now).toISOString().split("T");
    this.#now = Date.parse(time.includes("T") ? time : `${day}T${time}Z`);
    await this.#sandbox.clock({ now: new Date(this.#now).toISOString(), frozen: true });
    for (const page of this.#context.pages()) {
      await page.evaluate(([channel, now]) => {
        const told = new BroadcastChannel(channel);
        told.postMessage(now);
        told.close();
      }, [CHANNEL, this.#now]);
    }
  }
}
