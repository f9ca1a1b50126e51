/** Requests in flight at once for operations that only read (option `concurrency` overrides). */
export const DEFAULT_READS_AT_ONCE = 5;

/** Seconds until one request is given up. */
export const DEFAULT_TIMEOUT_SECONDS = 30;

/** Seconds until the transfer of a file is given up. */
export const DOWNLOAD_TIMEOUT_SECONDS = 120;

/** Seconds to wait for an outcome with `waitForCompletion`. */
export const DEFAULT_WAIT_SECONDS = 600;

/** Largest file accepted, in megabytes. */
export const DEFAULT_DOWNLOAD_MEGABYTES = 100;
