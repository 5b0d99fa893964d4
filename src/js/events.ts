/** What `desk.on` tells. */

import type { AccountView, MatrixState } from "./companies.js";
import type { OrderElsewhere, OrderView } from "./orders.js";
import type { SyncView } from "./sync.js";
import type { Day, Guid } from "./values.js";
import type { StorageView } from "./work.js";

/** What `desk.on` reports. */
export interface DeskEvents {
  /** Progress and state of the sync. */
  sync: SyncView;
  /** A step of an order. */
  order: OrderView;
  /** The quote with this link was written, here or in another tab. An open {@link Quote} takes it over by itself. */
  quote: { key: string; revision: number };
  /** How safe what is kept here is has changed: the browser answered whether it promises to keep it. */
  storage: StorageView;
  /**
   * A tab with a newer version of this package has taken the stored data over: nothing is saved here until the page is loaded
   * anew.
   */
  outdated: Record<string, never>;
  /** The device was left in another tab: what was kept here is wiped, and this desk is closed. */
  left: Record<string, never>;
  /**
   * The proxy has begun to speak for another Cin7 account. This desk stays what it is, and nothing of it is sent: what asks
   * Cin7 fails with `other-account`, orders wait for their own account. Close it and open a new one to work with the other
   * account.
   */
  otherAccount: Record<string, never>;
  /** Another day has begun where the account is: what the screen says of today has changed. Open quotes follow by themselves. */
  day: { today: Day };
  /** Records changed: reload what is on screen. Open quotes follow by themselves. */
  records: { lists: string[] };
  /** The CRM's own fields of the company with this id changed, here or in another tab. */
  company: { key: Guid };
  /** The orders that wait on other devices are these. */
  elsewhere: { orders: OrderElsewhere[] };
  /** A customer account moved towards Cin7. */
  account: AccountView;
  /**
   * A company has come further with a category: a quote was saved in this tab, or confirmed. Told once for each change, in
   * the tab where it happened.
   */
  matrix: { companyId: Guid; category: string; state: MatrixState };
}
