// What routes read of a request: a `Request` has it, and our own server makes it of a GET for far less.

export type AskedHeaders = Pick<Headers, "get" | "has">;

export interface AskedRequest extends Pick<Request, "method" | "url" | "signal" | "body"> {
  readonly headers: AskedHeaders;
}
