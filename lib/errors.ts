// The few errors that cross our own borders; each edge (route, action, socket) translates them once.

/** Stable code → HTTP status. */
export const ERROR_STATUS = {
  bad_request: 400,
  unauthenticated: 401,
  otp_required: 401,
  forbidden: 403,
  password_change_required: 403,
  totp_enrolment_required: 403,
  not_found: 404,
  conflict: 409,
  idempotency_under_way: 409,
  idempotency_answer_withheld: 409,
  precondition_failed: 412,
  too_large: 413,
  invalid: 422,
  idempotency_key_reused: 422,
  too_many_requests: 429,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One rejected field: where it stands (`password`, `labels.env`) and the rule it breaks; never its value. */
export interface FieldError {
  path: string;
  message: string;
  /** Name of the broken rule, where a page has its own words for it: `too_short`. */
  rule?: string;
}

/** An expected refusal. `message` names the thing and the next step and is safe to show to whoever asked. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly fields: FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions & { fields?: FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(message, options);
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
