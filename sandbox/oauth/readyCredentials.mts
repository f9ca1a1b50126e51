/** The one client that the sandbox knows. */
export const CLIENT_ID = 'sandbox-client';
export const CLIENT_SECRET = 'sandbox-secret';
/** Tokens that hold without signing in. */
export const ACCESS_TOKEN = 'sandbox-token';
export const REFRESH_TOKEN = 'sandbox-refresh';
