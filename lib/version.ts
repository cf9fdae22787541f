// Dozor's own version, from package.json; bundlers put the text in.
import { version } from "../package.json";

/** Semantic version of this build, e.g. `0.1.0`. */
export const VERSION: string = version;
