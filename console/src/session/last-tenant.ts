/** Where the id of the workspace is kept that one was in last. */
export const LAST_TENANT = "tenant";
