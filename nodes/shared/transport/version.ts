/** Version of the package, made by gulp generate. */
export const VERSION = '0.1.0';
