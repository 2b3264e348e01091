export const privacyKeys = {
  retention: ["privacy", "retention"] as const,
  holds: ["privacy", "holds"] as const,
  erasures: ["privacy", "erasures"] as const,
  exports: ["privacy", "exports"] as const,
};
