/** A text that answers many: what is made of it is kept with it. */
export interface MadeText {
  readonly text: string;
  gzipped?: Promise<Uint8Array>;
}
