import type { Channel } from "./channel.js";
import type { AccountForm, AccountView, CompanyEdit, CompanyList, CompanySearch, CompanyView, MatrixCell } from "./companies.js";
import { jsonOf, requireTexts } from "./input.js";
import type { Guid } from "./values.js";

/** Customers and suppliers as pages show them, retired ones too. */
export class Companies {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The best matches for what was typed; for nothing, the first by name. */
  readonly search = async (text: string, ask: CompanySearch = {}): Promise<CompanyList> => {
    requireTexts({ text });
    return this.#channel.call("searchCompanies", text, jsonOf("ask", ask));
  };
  /** One company in full. @throws `unknown-customer`. */
  readonly get = async (id: Guid): Promise<CompanyView> => {
    requireTexts({ id });
    return this.#channel.call("company", id);
  };
  /**
   * What a company is to each category of products that it was quoted or has ordered here, in order of their names. A
   * category that is not named it is unaware of. The `matrix` event tells every change.
   */
  readonly matrix = async (id: Guid): Promise<MatrixCell[]> => {
    requireTexts({ id });
    return this.#channel.call("matrix", id);
  };
  /** Changes the CRM's own fields. Nothing is sent to Cin7. @throws `invalid-input` with everything that is wrong. */
  readonly edit = async (id: Guid, edit: CompanyEdit): Promise<CompanyView> => {
    requireTexts({ id });
    return this.#channel.call("editCompany", id, jsonOf("edit", edit));
  };
  /**
   * Creates a customer here and in Cin7. Resolves once the form is safely stored; the `account` event tells every step
   * after that. A form of a name that is on its way or made already gives that same account.
   *
   * @throws `invalid-input` with everything that is wrong.
   */
  readonly create = async (form: AccountForm): Promise<AccountView> => this.#channel.call("createAccount", jsonOf("form", form));
  /** Every account whose form was taken here, the last first. */
  readonly accounts = (): Promise<AccountView[]> => this.#channel.call("accounts");
  /** Tries an account again now; Cin7 is looked through for its name first. */
  readonly retryAccount = async (key: string): Promise<AccountView> => {
    requireTexts({ key });
    return this.#channel.call("retryAccount", key);
  };
  /** The found customer with this id is the one that was meant: nothing is made in Cin7. */
  readonly useFound = async (key: string, id: Guid): Promise<AccountView> => {
    requireTexts({ key, id });
    return this.#channel.call("useFoundCustomer", key, id);
  };
  /** Forgets an account of which nothing was made and nothing is on its way. */
  readonly forgetAccount = async (key: string): Promise<void> => {
    requireTexts({ key });
    return this.#channel.call("forgetAccount", key);
  };
  /** Takes Cin7's word for a field in `drift`. */
  readonly accept = async (id: Guid, field: string): Promise<CompanyView> => {
    requireTexts({ id, field });
    return this.#channel.call("acceptCompany", id, field);
  };
}
