// A clock that a scenario sets: for the page, for the desk's worker, and for Cin7.
//
// Playwright's own clock does not reach a dedicated worker, where the desk lives. So the worker's script is served with a
// few lines in front. In the worker, time stands still until it is set, and timers go off when it passes them; in the page
// only the date is another one, so that what the screen does after a moment still happens.

const CHANNEL = "test-clock";

/** Replaces `Date` and, in the worker, the timers. Runs in the browser, once for each context, and again with a later `start`. */
function replaceClock(start, channel, withTimers) {
  if (globalThis.setTestClock !== undefined) return globalThis.setTestClock(start);
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
  globalThis.setTestClock = (time) => {
    now = time;
    fire();
  };
  new BroadcastChannel(channel).onmessage = ({ data }) => globalThis.setTestClock(data);
}

/** The script that puts a page or a worker on the clock. */
const script = (now, withTimers) => `(${replaceClock})(${now}, ${JSON.stringify(CHANNEL)}, ${withTimers});\n`;

export class ScenarioClock {
  #now;
  #sandbox;
  #contexts = new Set();

  constructor(sandbox, start) {
    [this.#sandbox, this.#now] = [sandbox, Date.parse(start)];
  }

  /** Puts a context and the sandbox on one clock that starts at an instant. To be called before the page opens. */
  static async install(context, sandbox, start) {
    const clock = new ScenarioClock(sandbox, start);
    await clock.#setSandbox();
    await clock.join(context);
    return clock;
  }

  /** Puts another context on the clock. To be called before its page opens. */
  async join(context) {
    this.#contexts.add(context);
    context.once("close", () => this.#contexts.delete(context));
    await context.addInitScript({ content: script(this.#now, false) });
    await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: this.workerScript + (await response.text()) });
    });
  }

  /** What stands in front of a worker's script. */
  get workerScript() {
    return script(this.#now, true);
  }

  /** Sets the time everywhere, such as `"15:26:59"` of the scenario's day, or an instant. */
  async set(time) {
    const [day] = new Date(this.#now).toISOString().split("T");
    await this.#tell(Date.parse(time.includes("T") ? time : `${day}T${time}Z`));
  }

  /** Lets so many seconds pass. */
  async advance(seconds) {
    await this.#tell(this.#now + seconds * 1000);
  }

  #setSandbox() {
    return this.#sandbox.clock({ now: new Date(this.#now).toISOString(), frozen: true });
  }

  async #tell(now) {
    this.#now = now;
    await this.#setSandbox();
    for (const context of this.#contexts) {
      // Pages that open from now on start here.
      await context.addInitScript({ content: script(now, false) });
      for (const page of context.pages()) {
        // A page that is dying hears nothing, and needs not.
        await page
          .evaluate(
            ([channel, now]) => {
              const told = new BroadcastChannel(channel);
              told.postMessage(now);
              told.close();
            },
            [CHANNEL, now],
          )
          .catch(() => undefined);
      }
    }
  }
}
