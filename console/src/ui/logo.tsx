/** Two speech marks that make one ring: the conversation that goes on. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" className="logo">
      <rect width="24" height="24" rx="7" fill="var(--color-accent)" />
      <path
        d="M12 5.2a6.8 6.8 0 0 0-6.1 9.8l-.7 2.9c-.1.5.3 1 .9.8l2.8-.7A6.8 6.8 0 1 0 12 5.2Z"
        fill="var(--color-on-accent)"
      />
      <circle cx="12" cy="12" r="2.7" fill="var(--color-accent)" />
    </svg>
  );
}
