/** The doctor cannot go on. The message says what happened and what to do, in words for the person who runs it. */
export class Stop extends Error {}
