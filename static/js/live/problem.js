/** An answer that was not a success: RFC 9457 problem details, or no answer at all. */
export class Problem extends Error {
  /**
   * @param {{status?: number, code?: string, title?: string, detail?: string,
   *   errors?: Array<{field: string, message: string}>}} details
   *   `status` 0 and `code` "offline" when the server was not reached
   */
  constructor({ status = 0, code = "offline", title = "", detail = "", errors = [] }) {
    super(detail || title || code);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
  }
}
